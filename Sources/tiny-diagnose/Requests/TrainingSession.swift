import Diagnostics
import Glibc
import Growth
import LinearAlgebra
import Loader
import Networks
import Reports

/// A training with its clock, its checkpoints and its progress on the terminal.
struct TrainingSession {
  let samples: ArraySamples
  let heldOut: ArraySamples?
  let objective: Objective<Float>
  let loss: Loss
  let scale: Float?
  let dataPath: String
  let checkpoint: String
  let every: Interval
  /// Files that must not be replaced.
  let inputs: [String]

  private var facts: SavedTraining.Samples {
    SavedTraining.Samples(
      path: dataPath, training: samples.sampleCount, heldOut: heldOut?.sampleCount ?? 0,
      fingerprint: samples.fingerprint ^ (heldOut?.fingerprint ?? 0))
  }

  /// A training from its beginning.
  func begin(_ network: Network<Float>, _ options: GrowingOptions) -> GrowingTrainer {
    GrowingTrainer(
      network, objective: objective, samples: samples, heldOut: heldOut, options: options)
  }

  /// The training that was saved, with the limits of `options`.
  ///
  /// - Throws: `ModelError` if there is no checkpoint, or of another training.
  func saved(as options: GrowingOptions) throws -> GrowingTrainer {
    let found = try Checkpoint(contentsOf: checkpoint)
    guard let saved = SavedTraining(found), var state = saved.state(found) else {
      throw unfit("parts of it are missing")
    }
    if let difference = saved.difference(from: options, facts, scale: scale) {
      throw unfit(difference)
    }
    state.options.limits = options.limits
    state.options.evaluationInterval = options.evaluationInterval
    guard
      let trainer = GrowingTrainer(
        resuming: state, objective: objective, samples: samples, heldOut: heldOut)
    else { throw unfit("its parts do not go together") }
    return trainer
  }

  private func unfit(_ reason: String) -> ModelError {
    ModelError(checkpoint: checkpoint, reason)
  }

  /// Trains to the end, or until the user stops it.
  ///
  /// - Parameters:
  ///   - start: where to go on from.
  ///   - isReplacing: whether a checkpoint that is there may go.
  ///   - line: where to tell how it goes.
  /// - Returns: the training where it stopped, and whether the user stopped it.
  /// - Throws: `ModelError` if a checkpoint is in the way or cannot be written, and what
  ///   `GrowingTrainer.next(clock:)` throws.
  func run(
    from start: GrowingTrainer, replacing isReplacing: Bool, line: ProgressLine?
  ) async throws -> (GrowingTrainer, isInterrupted: Bool) {
    if !isReplacing, access(checkpoint, F_OK) == 0 {
      throw ModelError(checkpointLeft: checkpoint)
    }
    var trainer = start
    var clock = SaveClock(every: every, step: trainer.stepCount)
    Interruption.watch()
    var loss: Double?
    while let event = try await trainer.next(clock: monotonicSeconds) {
      if case .trained(let batchLoss) = event { loss = batchLoss }
      if case .evaluated(let point) = event { loss = point.judged.loss }
      line?.show(text(trainer, loss))
      if Interruption.isRequested, trainer.end == nil {
        try save(trainer)
        trainer.evaluateNow()
        return (trainer, true)
      }
      if clock.isDue(step: trainer.stepCount) { try save(trainer) }
    }
    return (trainer, false)
  }

  /// Saves a training where it is.
  ///
  /// - Throws: `ModelError` if the checkpoint cannot be written.
  func save(_ trainer: GrowingTrainer) throws {
    let state = trainer.state
    try SavedTraining(state, samples: facts, scale: scale)
      .checkpoint(of: state.training, loss: loss).write(to: checkpoint, apartFrom: inputs)
  }

  /// Removes the checkpoint of a training that is done.
  func removeCheckpoint() { unlink(checkpoint) }

  private func text(_ trainer: GrowingTrainer, _ loss: Double?) -> String {
    let accuracy = trainer.curve.last?.judged.accuracy.map { accuracy in
      " · accuracy \((accuracy * 1000).rounded() / 10) %"
    }
    let widths = trainer.widths.map(String.init).joined(separator: "–")
    return "step \(trainer.stepCount) · units \(widths) · loss \(loss?.inThreeDigits ?? "–")"
      + (accuracy ?? "")
  }
}

/// Tells when to save.
private struct SaveClock {
  let every: Interval
  var step: Int
  var time = monotonicSeconds()

  init(every: Interval, step: Int) {
    self.every = every
    self.step = step
  }

  mutating func isDue(step: Int) -> Bool {
    let isDue =
      switch every {
      case .steps(let steps): step - self.step >= steps
      case .seconds(let seconds): monotonicSeconds() - time >= seconds
      }
    if isDue { (self.step, time) = (step, monotonicSeconds()) }
    return isDue
  }
}
