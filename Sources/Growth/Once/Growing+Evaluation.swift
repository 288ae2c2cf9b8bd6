import Diagnostics
import Networks

extension Growing {
  /// How far to go along an addition, and the loss there.
  typealias Reach = (amplitude: Double, loss: Double)

  /// The most doublings or halvings of the amplitude: each is a run of the owner's program.
  private static let expansions = 8
  /// Two at the start, all halvings, and one on each side of the best.
  private static let mostEvaluations = 2 + expansions + 2

  /// Finds how far to go along an addition by the losses that the network's owner finds.
  ///
  /// The amplitude begins at 1, and doubles as long as the loss falls, or halves until it has fallen and no
  /// longer does; then it is looked at half a doubling on both sides, where the loss is within 4 % of the
  /// gain of a parabola's lowest.
  ///
  /// - Parameters:
  ///   - addition: the neurons, for the network as it is now.
  ///   - form: where the amplitude goes.
  ///   - lossOf: finds the loss of a network.
  ///   - start: the loss of the network as it is now.
  /// - Returns: `nil` if no amplitude that was looked at lowers the loss.
  /// - Throws: `GrowthError` if the layer cannot get the neurons, and what `lossOf` throws.
  func reach(
    of addition: Addition, _ form: AmplitudeForm, _ lossOf: LossOfNetwork, from start: Double
  ) async throws -> Reach? {
    var best: Reach = (0, start)
    var count = 0
    let name = layerText(network.layers[addition.layer].name)
    func look(at amplitude: Double) async throws {
      count += 1
      progress?(
        "evaluating \(name), \(count) of up to \(Self.mostEvaluations)",
        Double(count - 1) / Double(Self.mostEvaluations))
      let loss = try await lossOf(
        network.grown(
          by: addition,
          amplitudes: amplitude * .whole, form: form))
      if loss < best.loss { best = (amplitude, loss) }
    }
    var step = 1.0
    try await look(at: step)
    for _ in 0..<Self.expansions where best.amplitude == step {
      step *= 2
      try await look(at: step)
    }
    if best.amplitude <= 1 {
      step = 1
      for _ in 0..<Self.expansions {
        step /= 2
        try await look(at: step)
        if best.amplitude > step { break }
      }
    }
    guard best.amplitude > 0 else { return nil }
    let between = best.amplitude
    let half = Double(2).squareRoot()
    for amplitude in [between * half, between / half] { try await look(at: amplitude) }
    return best
  }
}
