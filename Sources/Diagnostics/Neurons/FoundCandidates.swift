import LinearAlgebra
import Networks

/// Candidates for a layer, of each of some searches, that can go to another process.
struct FoundCandidates: Sendable {
  var searches: [CandidateNeurons?] = []
}

extension FoundCandidates: Portable {
  mutating func carry(in stream: inout NumberStream) {
    var carried = searches.map(CarriedCandidates.init)
    stream.carry(&carried, empty: CarriedCandidates()) { stream, candidates in
      candidates.carry(in: &stream)
    }
    searches = carried.map(\.neurons)
  }
}

/// Candidates for a layer, if there are any.
private struct CarriedCandidates {
  var neurons: CandidateNeurons?

  mutating func carry(in stream: inout NumberStream) {
    var rows = neurons?.fanIn.rows ?? -1
    stream.carry(&rows)
    guard rows >= 0 else { return neurons = nil }
    var families =
      neurons?.families.map { family, columns in
        CarriedFamily(family, fanIns: columns.map { neurons?.fanIn.column($0) ?? [] })
      } ?? []
    stream.carry(&families, empty: CarriedFamily()) { stream, family in
      family.carry(in: &stream)
    }
    neurons = CandidateNeurons(families.map { ($0.family, $0.fanIns) }, rows: rows)
  }
}

/// A family of candidates as numbers.
private struct CarriedFamily {
  private var kind = 0
  private var origin = 0
  private var ridge = 0.0
  private var steps = 0
  private(set) var fanIns: [[Double]] = []

  init() {}

  init(_ family: CandidateFamily, fanIns: [[Double]]) {
    self.fanIns = fanIns
    switch family {
    case .linear(let ridge): (kind, self.ridge) = (0, ridge)
    case .refined(let origin, let ridge, let steps):
      (kind, self.ridge, self.steps) = (1, ridge, steps)
      self.origin = NeuronKind.allCases.firstIndex(of: origin) ?? 0
    case .quadratic: kind = 2
    case .random: kind = 3
    case .steep: kind = 4
    }
  }

  var family: CandidateFamily {
    switch kind {
    case 0: .linear(ridge: ridge)
    case 1: .refined(NeuronKind.allCases[origin], ridge: ridge, steps: steps)
    case 2: .quadratic
    case 3: .random
    default: .steep
    }
  }

  mutating func carry(in stream: inout NumberStream) {
    stream.carry(&kind)
    stream.carry(&origin)
    stream.carry(&ridge)
    stream.carry(&steps)
    stream.carry(&fanIns, empty: []) { stream, fanIn in stream.carry(&fanIn) }
  }
}
