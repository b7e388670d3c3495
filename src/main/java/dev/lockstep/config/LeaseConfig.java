package dev.lockstep.config;

import java.time.Duration;

/**
 * How drivers take turns on a run.
 *
 * @param timeout without a sign of life, after which another driver may take over
 * @param waitTime how long a driver waits for another one; zero: not at all
 */
public record LeaseConfig(Duration timeout, Duration waitTime) {}
