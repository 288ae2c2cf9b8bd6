/// On how many samples the neurons of a layer are found.
package enum StatisticsSize: Equatable, Sendable, Codable {
  /// As many as `start` at first; after each growth of all layers, √max(width below, width above)
  /// times as many (appendix C), with the widths after it. At most `limit`, or all there are.
  case paper(start: Int = 100, limit: Int? = nil)
  /// As many as `start` at first, and twice as many as long as the standard error of what the step
  /// gains on as many other samples is more than `relativeError` of that gain; at most `limit`, or
  /// half of all there are. A layer goes on with what it needed. The other samples also shorten a step
  /// that is too long for them, or refuse it. Neurons of a diagnosis, which judges by itself, are sought on
  /// few, and where those show none beyond chance on `limit`.
  case errorBars(start: Int = 100, relativeError: Double = 0.2, limit: Int? = nil)
  /// Always as many.
  case fixed(Int)

  /// The first number of samples.
  var start: Int {
    switch self {
    case .paper(let start, _), .errorBars(let start, _, _), .fixed(let start): max(1, start)
    }
  }

  /// The largest number of samples for neurons of a source, out of `sampleCount`.
  func limit(of sampleCount: Int, for source: NeuronSource) -> Int {
    switch self {
    case .paper(_, let limit): max(1, min(limit ?? sampleCount, sampleCount))
    case .errorBars(_, _, let limit):
      // A diagnosis keeps samples to judge by itself; the others need as many again.
      max(
        1,
        min(
          limit ?? sampleCount,
          source.isOfDiagnosis ? sampleCount : sampleCount - sampleCount / 2))
    case .fixed(let count): max(1, min(count, sampleCount))
    }
  }
}
