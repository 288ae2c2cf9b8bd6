/// How much a search for neurons tries.
///
/// What a report is read for days is worth seconds. While a network is trained the next search comes soon, and what
/// costs more than it gains is left out.
package enum SearchEffort: Sendable {
  /// Everything, with the standard errors of Ψ and λ, the rows far from the rest, and the gain of each number
  /// of neurons.
  case report
  /// The same neurons and gains without what only a report tells: standard errors, the noise floor, far rows, free
  /// units and the gain of each number of neurons.
  case growth
  /// Neurons and what they gain, from fewer candidates at fewer amplitudes. Squares are taken as they are
  /// found: the next search comes soon, and training moves what was added before it.
  case neurons
  /// The same without ascent and squares, which are for what a linear correlation does not show: enough as
  /// long as much is to be gained.
  case quick

  /// Whether fewer candidates and amplitudes are tried.
  var isBrief: Bool { self == .neurons || self == .quick }

  /// The ridges that are tried, from the paper's to GradMax's.
  ///
  /// Each is a factorization. In front of many inputs a few differ enough.
  ///
  /// - Parameter inputCount: of the layer.
  /// - Returns: ρ of each, rising.
  func ridges(inputCount: Int) -> [Double] {
    switch self {
    case .report, .growth: Self.allRidges
    case .neurons:
      inputCount > Self.manyInputs ? [1, 10, 100, .infinity] : [0, 0.1, 1, 10, .infinity]
    case .quick: inputCount > Self.manyInputs ? [10, .infinity] : [0, 1, .infinity]
    }
  }

  /// The numbers of neurons that are tried.
  func counts(upTo limit: Int) -> [Int] {
    let all = GrowthProposal.counts(upTo: limit)
    return isBrief ? all.filter { $0.nonzeroBitCount == 1 } : all
  }

  /// At most so many proposals for a layer get as far as the loss.
  var finalistLimit: Int { isBrief ? 2 : .max }

  /// Whether squares are tried in front of so many inputs: of few samples for each, products of two of them
  /// follow chance, and there are many.
  ///
  /// - Parameters:
  ///   - inputCount: of the layer.
  ///   - sampleCount: those that squares would be found on.
  /// - Returns: whether they are worth their time.
  func triesSquares(inputCount: Int, sampleCount: Int) -> Bool {
    !isBrief || sampleCount >= Self.samplesPerInput * inputCount
  }

  static let allRidges: [Double] = [0, 0.1, 1, 10, 100, 1000, .infinity]
  private static let samplesPerInput = 8
  private static let manyInputs = 128
}
