import Growth
import Networks

/// What training on, in several orders of the samples, makes of a network.
struct TrainedOn {
  private let runs: [Run]

  /// One order of the samples.
  private struct Run {
    /// The losses of the test samples, where the validation samples would stop it.
    var stopped: [Double]
    let atOnce: Double
    let last: Double
    let training: Double
    let isDiverged: Bool
  }

  /// Trains a network on as its owner does, and looks at it on the way.
  init(
    _ network: Network<Float>, owned: OwnedNetwork, steps: Int, looks: Int, orders: UInt64
  ) throws {
    let data = owned.data
    runs = try (0..<orders).map { order in
      var tuner = try FineTuner(
        network, loss: data.loss, samples: data.training, configuration: owned.configuration,
        seed: owned.seed &+ 5 &+ 1000 &* order)
      var stopped = tuner.losses(on: data.test)
      let atOnce = mean(stopped)
      var least = mean(tuner.losses(on: data.validation))
      for look in 1...looks {
        tuner.train(steps: steps * look / looks - tuner.stepCount)
        guard !tuner.isDiverged else { break }
        let validation = mean(tuner.losses(on: data.validation))
        if validation < least {
          least = validation
          stopped = tuner.losses(on: data.test)
        }
      }
      return Run(
        stopped: stopped, atOnce: atOnce, last: mean(tuner.losses(on: data.test)),
        training: mean(tuner.losses(on: data.training)), isDiverged: tuner.isDiverged)
    }
  }

  /// The mean losses, and how far chance moves the difference to another network's.
  func outcome(against own: TrainedOn?) -> Trial.Outcome {
    func mean(_ loss: (Run) -> Double) -> Double? {
      let losses = runs.filter { !$0.isDiverged }.map(loss).filter(\.isFinite)
      return losses.count == runs.count ? tiny_calibration.mean(losses) : nil
    }
    return Trial.Outcome(
      stopped: mean { tiny_calibration.mean($0.stopped) }, last: mean(\.last),
      training: mean(\.training), atOnce: mean(\.atOnce), error: own.map(error(against:)))
  }

  /// Over the samples and over the orders, taken together.
  private func error(against other: TrainedOn) -> Double {
    let differences = zip(runs, other.runs).map { zip($0.stopped, $1.stopped).map(-) }
    let samples = differences[0].indices.map { sample in mean(differences.map { $0[sample] }) }
    let (ofSamples, ofOrders) = (Average(samples)?.error, Average(differences.map(mean))?.error)
    let squares = [ofSamples, ofOrders].compactMap { $0 }.reduce(0) { $0 + $1 * $1 }
    return squares.squareRoot()
  }
}
