package dev.lockstep.validation.profile;

/**
 * How far a sample of a column is from a reference.
 *
 * @param stability {@link PopulationStability}
 * @param stabilityChance of so much by chance, in [0, 1]
 * @param gap {@link Gap}
 * @param gapChance of so much by chance, in [0, 1]
 * @param unseen fraction of the sample's rows with a category that the reference has not; 0 of
 *     numbers, and where categories are too many to be known one by one
 * @param unseenChance of so many by chance, in [0, 1]
 */
public record Distance(
    double stability,
    double stabilityChance,
    double gap,
    double gapChance,
    double unseen,
    double unseenChance) {

  /** Of two profiles with the same aspect. */
  public static Distance between(ColumnProfile reference, ColumnProfile sample) {
    if (reference.categories() != null) {
      return ofCategories(reference, sample);
    }
    Aligned values = Aligned.ofNumbers(reference.histogram(), sample.histogram());
    Aligned bins = withMissing(PopulationStability.tenths(values), reference, sample);
    double gap = Gap.ofNumbers(values);
    return new Distance(
        PopulationStability.of(bins),
        Chance.ofChiSquared(bins),
        gap,
        Chance.ofKolmogorovSmirnov(gap, reference.present(), sample.present()),
        0,
        1);
  }

  private static Distance ofCategories(ColumnProfile reference, ColumnProfile sample) {
    Aligned values = Aligned.ofCategories(reference.categories(), sample.categories());
    Aligned bins = withMissing(values, reference, sample);
    double chance = Chance.ofChiSquared(bins);
    long unseen = unseen(reference, sample);
    return new Distance(
        PopulationStability.of(bins),
        chance,
        Gap.ofCategories(bins),
        chance,
        sample.rows() == 0 ? 0 : (double) unseen / sample.rows(),
        Chance.ofShare(unseen, sample.rows(), 0, reference.rows()));
  }

  private static Aligned withMissing(
      Aligned values, ColumnProfile reference, ColumnProfile sample) {
    return values.with(reference.missing(), sample.missing());
  }

  private static long unseen(ColumnProfile reference, ColumnProfile sample) {
    if (reference.categories().grouped() || sample.categories().grouped()) {
      return 0;
    }
    return sample.categories().rows().entrySet().stream()
        .filter(entry -> !reference.categories().rows().containsKey(entry.getKey()))
        .mapToLong(java.util.Map.Entry::getValue)
        .sum();
  }
}
