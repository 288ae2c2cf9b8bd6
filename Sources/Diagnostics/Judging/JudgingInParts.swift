import LinearAlgebra
import Networks

/// When a gain is judged again by all samples, in parts.
package enum JudgingInParts {
  /// Where there are as many samples, a fifth of them says enough, or more of them are read next.
  static let manySamples = 1 << 14
  /// Of samples times weights; more takes longer than the answer is worth.
  static let mostWork = 1 << 25
  /// A gain of more standard errors than this is no matter of chance.
  static let beyondDoubt = 5.0
  /// One of so many below 0 will not become one.
  static let hopeless = -2.0
  /// Samples that hang together are a memory of each other where weights found without a part leave more than
  /// `memory` times what it asks, or clearly are not: between these, parts differ.
  static let doubtfulMemory = 0.5...6.0
  /// Where another layer gains this share as much, another search might find it to gain more.
  static let close = 0.5

  /// Whether all parts of so many samples can judge networks of so many weights in little time.
  package static func isCheap(samples: Int, weights: Int) -> Bool {
    samples < manySamples && samples <= mostWork / max(1, weights)
  }

  /// Whether the held-out samples leave in doubt what is worth it, or where.
  ///
  /// - Parameters:
  ///   - gains: of each layer that neurons were found for.
  ///   - least: the smallest fall of the loss that counts.
  /// - Returns: whether all samples should judge.
  static func isNeeded(for gains: [LossGain], least: Double) -> Bool {
    let able = gains.compactMap { gain in gain.fitted >= least ? gain.heldOutBeyondUpdate : nil }
    let isInDoubt = able.contains { gain in
      gain.mean < beyondDoubt * gain.standardError && gain.mean > hopeless * gain.standardError
    }
    let order = able.sorted { $0.mean > $1.mean }
    guard !isInDoubt, order.count > 1 else { return isInDoubt }
    return order[1].mean > close * order[0].mean
  }
}

extension NeuronSearch {
  /// The outcomes, their gains cross-validated where the held-out samples leave them in doubt.
  ///
  /// Part after part is held out. Neurons are found anew from all others, and the part judges those; the
  /// gains on all parts together say what finding neurons in this way gains on samples that had no part in
  /// it. The neurons themselves stay those of the first part, and so does their gain on it.
  ///
  /// - Parameter outcomes: of each layer.
  /// - Returns: the same, in the same order.
  /// - Throws: as the search.
  func judgedInParts(_ outcomes: [MeasuredGrowth?]) async throws -> [MeasuredGrowth?] {
    guard options.judgesInParts, options.counts.isEmpty, options.threshold == nil,
      JudgingInParts.isCheap(
        samples: samplePass.split.sampleCount, weights: network.parameterCount),
      JudgingInParts.isNeeded(
        for: outcomes.compactMap { $0?.lossGain },
        least: options.criteria.leastGain * excess.heldOut)
    else { return outcomes }
    var judged = outcomes
    let parts = samplePass.split.otherParts
    for (number, part) in parts.enumerated() {
      samplePass.progress?("judging in parts", Double(number) / Double(parts.count))
      guard let found = try await gains(judgedBy: part) else { continue }
      for (place, gains) in found.gains.enumerated() {
        guard var outcome = judged[place] else { continue }
        outcome.join(gains, on: found.sampleCount)
        judged[place] = outcome
      }
    }
    return judged
  }

  /// What neurons found without a part gain on it, one for each layer that was asked for; `nil` if the part
  /// is empty, or all others are.
  private func gains(
    judgedBy part: SampleSplit
  ) async throws -> (gains: [JudgedGains?], sampleCount: Int)? {
    var options = options
    options.judgesInParts = false
    options.countsUnlessSuggested = [:]
    if options.effort == .report { options.effort = .growth }
    guard let start = try await samplePass.start(holdingOut: part, options) else { return nil }
    let (others, references, bottlenecks) = (start.samplePass, start.references, start.bottlenecks)
    var first = start.first
    let heldOut = first.heldOut.take()
    guard
      let subset = try await others.subset(of: .training(number: 0), references: references)
    else { return nil }
    let search = NeuronSearch(
      samplePass: others, references: references, training: first.training,
      heldOutCount: first.heldOutCount, bottlenecks: bottlenecks, options: options,
      excess: excess)
    let starts = try await search.starts(judgedBy: consume heldOut)
    let growths = try await search.growth(from: consume starts, subset)
    return (growths.layers.map(\.judged), first.heldOutCount)
  }
}

/// What a diagnosis of the samples begins with while another part of them is held out.
struct StartOfPart<Scalar: BLASScalar> {
  let samplePass: SamplePass<Scalar>
  let references: [[Scalar]]
  let first: FirstPass
  let bottlenecks: [Bottleneck]
}

extension SamplePass {
  /// Reads the samples with another part of them held out.
  ///
  /// - Parameters:
  ///   - part: the same samples, another part of them held out.
  ///   - options: as in a diagnosis.
  /// - Returns: what was found; `nil` if nothing is held out, or everything.
  /// - Throws: as the first pass.
  func start(
    holdingOut part: SampleSplit, _ options: DiagnosisOptions
  ) async throws -> StartOfPart<Scalar>? {
    let others = SamplePass(
      diagnosed: diagnosed, split: part, workers: workers, progress: nil)
    let references = try await others.referencePoints()
    do {
      var first = try await others.firstPass(references: references, options: options)
      guard first.heldOutCount > 0 else { return nil }
      let bottlenecks = try await first.training.bottlenecks()
      return StartOfPart(
        samplePass: others, references: references, first: first, bottlenecks: bottlenecks)
    } catch DiagnosticsError.noTrainingSamples {
      return nil
    }
  }
}

extension MeasuredGrowth {
  /// Adds what neurons found without another part gain on it; `nil` where there are none.
  fileprivate mutating func join(_ gains: JudgedGains?, on sampleCount: Int) {
    guard case .loss(var lossGain, var judged) = gain else { return }
    if let gains { judged.join(gains) } else { judged.joinNothing(on: sampleCount) }
    lossGain.crossValidated = CrossValidatedGain(
      judged, parts: 1 + (lossGain.crossValidated?.parts ?? 1))
    gain = .loss(lossGain, judged: judged)
  }
}
