import Networks

/// The losses of the runs of one way at one step, on one part of the samples.
struct RunLosses: Sendable {
  /// The mean over the runs of each sample's loss.
  let samples: [Double]
  /// The mean loss of each run.
  let runs: [Double]

  /// The losses of each run, sample by sample; `nil` if one of them has none.
  init?(_ runs: [[Double]?], of part: ArraySamples) {
    guard let means = meanOverSeeds(runs), part.mean(of: means).isFinite else { return nil }
    samples = means
    self.runs = runs.compactMap { $0.map { part.mean(of: $0) } }
  }

  /// The mean over samples and runs.
  func mean(_ part: ArraySamples) -> Double { part.mean(of: samples) }

  /// The standard error of that mean over the runs; with one run, over the samples.
  ///
  /// Before the first step most ways are the same in every run: that is 0, whatever rounding says.
  func standardError(_ part: ArraySamples) -> Double {
    guard runs.count > 1 else { return part.standardErrorOfMean(samples) }
    return runs.allSatisfy { $0 == runs[0] } ? 0 : standardErrorOfMean(runs)
  }

  /// By how much another way's loss is above this one's.
  func gain(over other: RunLosses, _ part: ArraySamples) -> WayResult.Difference {
    let differences = zip(other.samples, samples).map(-)
    let overSamples = part.standardErrorOfMean(differences)
    let overRuns = runs.count > 1 ? standardErrorOfMean(zip(other.runs, runs).map(-)) : 0
    return WayResult.Difference(
      mean: part.mean(of: differences),
      standardError: (overSamples * overSamples + overRuns * overRuns).squareRoot())
  }
}

/// √(Σ (x − mean)² / (n (n − 1))) of n numbers.
func standardErrorOfMean(_ numbers: [Double]) -> Double {
  let count = Double(numbers.count)
  let mean = numbers.reduce(0, +) / count
  let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / (count * (count - 1))).squareRoot()
}
