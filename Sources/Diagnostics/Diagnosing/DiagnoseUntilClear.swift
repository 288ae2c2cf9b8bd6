public import LinearAlgebra
import Networks

/// Finds the same as `diagnose` from as few samples as make the verdict clear, or give it twice.
///
/// A first diagnosis looks at some samples, spread evenly over the source: at least 16 for each input of
/// the widest layer, so that its fits generalize. While its verdict is not clear, the next one takes four
/// times as many, up to all. What counts as clear is `Diagnosis.isClear`, which controls the error over all
/// looks together. A verdict that is close to another is never clear: there the same kind and layer in two
/// looks, one after the other, are the end, as `Diagnosis.confirms` has it.
///
/// - Parameters:
///   - diagnosed: as in `diagnose`.
///   - split: as there; samples of a validation source all judge.
///   - options: as there.
///   - progress: as there.
/// - Returns: the diagnosis, and how many samples of the source it took; `nil` for all.
/// - Throws: as `diagnose`.
public func diagnoseUntilClear<Scalar: BLASScalar>(
  _ diagnosed: DiagnosedNetwork<Scalar>, split: SampleSplit, options: DiagnosisOptions,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> (diagnosis: Diagnosis, sampleCount: Int?) {
  let widest = diagnosed.network.layers.map(\.inputs).max() ?? 0
  var count = max(fewestSamples, samplesPerInput * (widest + 1))
  // A look at more than a third costs more than it may spare.
  var earlier: Diagnosis?
  while count <= split.sampleCount / 3 {
    let diagnosis = try await diagnose(
      diagnosed, split: split.spreadTraining(count), options: options, progress: progress)
    if diagnosis.isClear || earlier.map(diagnosis.confirms) ?? false { return (diagnosis, count) }
    earlier = diagnosis
    count *= 4
  }
  return (
    try await diagnose(diagnosed, split: split, options: options, progress: progress), nil
  )
}

private let fewestSamples = 16384
private let samplesPerInput = 16
