package dev.lockstep.training

import dev.lockstep.plan.SampleOrder
import java.util.{HashMap => JHashMap}
import org.deeplearning4j.nn.conf.{GradientNormalization, NeuralNetConfiguration}
import org.nd4j.linalg.learning.config._
import org.nd4j.linalg.schedule._
import org.scalatest.funsuite.AnyFunSuite

/** The engine against plain single-machine DL4J on the same batches: updaters, regularization,
  * clipping and schedules, on a stack of layers and on a graph of two inputs and two outputs.
  */
class ParitySuite extends AnyFunSuite with Networks {

  /** Both sum in float32 in other orders, some 1e-7 a sum, over 12 updates: promised is 1e-5. */
  private val promised = 1e-5

  private def settings(updater: IUpdater): Settings =
    new NeuralNetConfiguration.Builder().seed(5).updater(updater)

  private def agree(made: Case): Unit = {
    val rows = 37
    val set = made.examples(rows)
    val order = new SampleOrder(rows.toLong, 10, 3, 7)
    val start = initial(made.blueprint)
    val ended = engineOn(set, made.blueprint, 3, 2)(wholeEpochs(order, 0 until 3), start).last
    val expected = plainOn(set, made.blueprint, order, 3)
    assert(largestDifference(start.parameters, expected) > 1e-3, "nothing was learned")
    val difference = largestDifference(ended.state.parameters, expected)
    assert(difference <= promised, s"${made.name}: largest difference $difference")
  }

  private val updaters = Seq[(String, () => IUpdater)](
    "SGD" -> (() => new Sgd(0.1)),
    "Nesterov" -> (() => new Nesterovs(0.05, 0.9)),
    "Adam" -> (() => new Adam(0.01)),
    "AdaMax" -> (() => new AdaMax(0.01)),
    "AMSGrad" -> (() => new AMSGrad(0.01)),
    "Nadam" -> (() => new Nadam(0.01)),
    "RMSProp" -> (() => new RmsProp(0.01)),
    "AdaGrad" -> (() => new AdaGrad(0.05)),
    "AdaDelta" -> (() => new AdaDelta()),
    "AdaBelief" -> (() => new AdaBelief(0.01))
  )

  for ((name, updater) <- updaters)
    test(s"$name ends where plain DL4J's ends, on layers and on a graph") {
      agree(denseStack(settings(updater()), denseLayer(6)))
      agree(graph(settings(updater())))
    }

  private val penalties = Seq[(String, Settings => Settings)](
    "L1" -> (_.l1(1e-2)),
    "L2" -> (_.l2(1e-2)),
    "weight decay" -> (_.weightDecay(1e-2)),
    "weight decay without the learning rate" -> (_.weightDecay(1e-3, false)),
    "L1, L2, and L2 on biases" -> (_.l1(1e-3).l2(1e-2).l2Bias(1e-2))
  )

  for ((name, penalty) <- penalties)
    test(s"$name acts as in plain DL4J") {
      agree(denseStack(penalty(settings(new Adam(0.01))), denseLayer(6)))
      agree(graph(penalty(settings(new Nesterovs(0.05, 0.9)))))
    }

  for (kind <- GradientNormalization.values if kind != GradientNormalization.None)
    test(s"$kind acts on the mean gradient, as in plain DL4J") {
      def clipped = settings(new Adam(0.01))
        .gradientNormalization(kind)
        .gradientNormalizationThreshold(0.02)
      agree(denseStack(clipped, denseLayer(6)))
      agree(graph(clipped))
    }

  private def steps(unit: ScheduleType): ISchedule = {
    val values = new JHashMap[Integer, java.lang.Double]()
    Seq(0 -> 0.02, 1 -> 0.01, 5 -> 0.03).foreach { case (at, rate) => values.put(at, rate) }
    new MapSchedule(unit, values)
  }

  /** All but the ramp, which DL4J's own JSON cannot carry. */
  private val schedules = Seq[(String, ScheduleType => ISchedule)](
    "step" -> (new StepSchedule(_, 0.02, 0.5, 2)),
    "exponential" -> (new ExponentialSchedule(_, 0.02, 0.9)),
    "inverse" -> (new InverseSchedule(_, 0.02, 0.5, 2)),
    "poly" -> (new PolySchedule(_, 0.02, 2, 20)),
    "sigmoid" -> (new SigmoidSchedule(_, 0.02, 0.5, 3)),
    "map" -> steps,
    "cycle" -> (new CycleSchedule(_, 0.005, 0.02, 10, 2, 0.1))
  )

  for ((name, schedule) <- schedules; unit <- ScheduleType.values)
    test(s"a learning rate's $name schedule by $unit acts as in plain DL4J") {
      agree(denseStack(settings(new Adam(schedule(unit))), denseLayer(6)))
      agree(graph(settings(new Sgd(schedule(unit)))))
    }
}
