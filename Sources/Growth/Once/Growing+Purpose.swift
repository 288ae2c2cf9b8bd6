import Diagnostics
import LinearAlgebra
import Networks

extension Growing {
  /// So many steps of training tell two beginnings apart; of a network of more weights, so many products
  /// of a weight and a sample.
  private static var trialSteps: Int { 1000 }
  private static var trialProducts: Int { 1 << 29 }
  private static var fewestTrialSteps: Int { 100 }
  /// At most so many samples judge the trial.
  private static var judges: Int { 4000 }

  /// Whether neurons that begin small and silent end lower after a short training than the ones that
  /// were found, at their amplitudes; judged on held-out samples.
  ///
  /// - Parameters:
  ///   - small: the neurons as they would begin.
  ///   - found: the same at the amplitudes of the line search.
  /// - Returns: `false` where no sample is held out.
  /// - Throws: what the source of the samples throws, and `CancellationError`.
  func endsLower(_ small: Addition, than found: Addition) async throws -> Bool {
    let parts = try split.arrays()
    guard let judges = parts.heldOut, let objective = diagnosed.objective else { return false }
    let networks = [try network.grown(by: found), try network.grown(by: small)]
    let training = plan.training ?? TrainingConfiguration()
    let most = Self.trialProducts / (training.batchSize * networks[0].parameterCount)
    var told: (@Sendable (Double) -> Void)?
    if let progress { told = { progress("training", $0) } }
    let choice = try await chooseByShortTraining(
      among: networks, loss: objective.loss, training: parts.training,
      choosing: judges.spread(Self.judges), configuration: training,
      steps: max(Self.fewestTrialSteps, min(Self.trialSteps, most)), seed: options.seed,
      workers: options.workers, progress: told)
    return choice.best == 1
  }
}
