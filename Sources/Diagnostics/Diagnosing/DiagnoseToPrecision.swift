public import LinearAlgebra
import Networks

/// Finds the same as `diagnose` from no more samples than make every standard error that is reported
/// as small as asked for.
///
/// A first diagnosis of some samples, spread evenly over the source, says how far their errors are
/// from that. Errors fall as 1/√n, so the next one takes as many samples as should do, and so on.
///
/// - Parameters:
///   - diagnosed: as in `diagnose`.
///   - split: as there.
///   - options: as there.
///   - precision: the largest standard error of Ψ of any layer, of its first λ, and of the suggested
///     neurons' held-out gain, each relative to its value; greater than 0.
///   - progress: as in `diagnose`.
/// - Returns: the diagnosis, and whether it is as precise; if not, all samples were used.
/// - Throws: as `diagnose`.
public func diagnose<Scalar: BLASScalar>(
  _ diagnosed: DiagnosedNetwork<Scalar>, split: SampleSplit, options: DiagnosisOptions,
  precision: Double, progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> (diagnosis: Diagnosis, isPrecise: Bool) {
  precondition(precision > 0, "a precision of \(precision)")
  let all = split.sampleCount
  var count = min(all, 4096)
  while true {
    let diagnosis = try await diagnose(
      diagnosed, split: split.spread(count), options: options, progress: progress)
    let excess = diagnosis.largestRelativeError / precision
    if excess <= 1 || count == all { return (diagnosis, excess <= 1) }
    // A tenth more than the law says, because the errors are themselves estimates.
    let wanted = Double(count) * max(1.5, 1.1 * excess * excess)
    count = wanted < Double(all) ? Int(wanted) : all
  }
}

extension Diagnosis {
  /// The largest standard error that is reported, relative to its value; infinite where one is
  /// missing for want of samples.
  var largestRelativeError: Double {
    let lacks = layers.filter { $0.lackOfExpressivity > 0 }.map { layer in
      (layer.lackStandardError ?? .infinity) / layer.lackOfExpressivity
    }
    let singularValues = growth.compactMap { growth -> Double? in
      guard let first = growth.paper.singularValues.first, first > 0 else { return nil }
      return (growth.paper.singularValueStandardErrors.first ?? .infinity) / first
    }
    let judged = growth.compactMap { growth in
      growth.lossGain?.heldOut ?? (growth.suggestedNeurons > 0 ? growth.closedLack?.gain : nil)
    }
    let gains = judged.map { gain in
      gain.mean > 0 ? gain.standardError / gain.mean : .infinity
    }
    return (lacks + singularValues + gains).max() ?? 0
  }
}
