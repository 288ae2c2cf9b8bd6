import LinearAlgebra
import Networks

extension SamplePass {
  /// The lack of the whole network, its held-out part that of all samples where those hang together: what weights
  /// found without a part leave of what it asks, over all parts.
  ///
  /// How much a network remembers of copies differs widely from part to part.
  ///
  /// - Parameters:
  ///   - lack: as the held-out samples have it.
  ///   - repetition: how often samples have the inputs of others.
  ///   - options: of the diagnosis.
  /// - Returns: the lack.
  /// - Throws: what the samples' source throws.
  func judgedInParts(
    _ lack: NetworkLack?, _ repetition: SampleRepetition?, _ options: DiagnosisOptions
  ) async throws -> NetworkLack? {
    guard var lack, var heldOut = lack.heldOut, let ratio = lack.heldOutRelativeLack,
      options.judgesInParts, JudgingInParts.doubtfulMemory.contains(ratio),
      JudgingInParts.isCheap(samples: split.sampleCount, weights: network.parameterCount),
      try split.hasGroups() || !split.sharesFewInputs && repetition?.isOfCopies ?? false
    else { return lack }
    var options = options
    (options.upstreamLack, options.networkLack) = (false, true)
    for part in split.otherParts {
      guard let start = try await start(holdingOut: part, options) else { continue }
      let found = try await UpstreamLacks(
        samplePass: start.samplePass, references: start.references, moments: start.first.training,
        bottlenecks: start.bottlenecks, heldOutCount: start.first.heldOutCount,
        options: options
      ).lacks()[network.layers.count - 1]
      heldOut.left += found?.heldOut?.left ?? 0
      heldOut.asked += found?.heldOut?.asked ?? 0
    }
    lack.heldOut = heldOut
    return lack
  }
}
