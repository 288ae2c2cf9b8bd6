internal import HDF5
internal import LinearAlgebra
internal import Networks

/// Finds which layers of a recording follow each other: a file may hold several blocks of a network, two
/// layers or more each, with anything between them.
struct RecordedBlocks {
  let file: File
  let layout: NativeModel

  /// So many samples tell whether a layer's answers are the next one's inputs.
  private static let probeCount = 16
  /// The widest layer whose outputs are computed.
  private static let largestSide = 1 << 15
  /// Answers in half precision differ by less than this share of the largest one.
  private static let tolerance = 1e-2

  /// The relation of two successive layers, as far as the file tells it.
  private enum Link: Equatable {
    /// An attribute says it.
    case said(Bool)
    /// The widths do not fit.
    case otherWidth
    /// The answers, computed from the weights, are the next inputs.
    case equal
    /// They are others: another block begins, or something stands between the layers.
    case different
    /// The widths fit, and without weights there is no more to tell.
    case unknown
  }

  /// Which layers follow each other.
  struct Found {
    /// Whether each layer takes what the one before it gives; true for the first.
    let follows: [Bool]
    /// Layers that are taken to follow the one before, though its answers are not their inputs.
    let doubtful: [Int]
    /// The first layer that follows none while there must be one that was not recorded.
    let missingBefore: Int?
  }

  /// Whether each layer takes what the one before it gives.
  ///
  /// Where widths fit and numbers differ, something like a normalization may stand between two layers.
  /// That is taken for the end of a block only if the file has layers whose numbers do follow, and if
  /// no layer is left alone, but behind one without activation: such a layer leads into a stream, and a head
  /// or a projection may be all that takes it.
  ///
  /// - Parameter groups: the layers in their order.
  /// - Returns: which follow, and which of them are in doubt.
  /// - Throws: `ModelError` if the file cannot be read.
  func found(among groups: [Group]) throws(ModelError) -> Found {
    var links: [Link] = []
    for (group, next) in zip(groups, groups.dropFirst()) {
      links.append(try link(from: group, to: next))
    }
    var follows = links.map { $0 != .said(false) && $0 != .otherWidth }
    if links.contains(.equal) {
      for place in links.indices where links[place] == .different { follows[place] = false }
      for place in links.indices where links[place] == .different {
        let mayBeAlone = try isLinear(groups[place])
        if isAlone(place, follows), !mayBeAlone { follows[place] = true }
      }
    }
    var missing: Int?
    for place in links.indices where !follows[place] && links[place] != .said(false) {
      let mayBeAlone = try isLinear(groups[place])
      if missing == nil, isAlone(place, follows), !mayBeAlone { missing = place + 1 }
    }
    // A block has a layer that may grow, and one after it.
    if !links.isEmpty, !follows.contains(true) { missing = 1 }
    return Found(
      follows: [true] + follows,
      doubtful: links.indices.filter { links[$0] == .different && follows[$0] }.map { $0 + 1 },
      missingBefore: missing)
  }

  /// Whether one of the two layers around a link has no other that it hangs together with.
  private func isAlone(_ place: Int, _ follows: [Bool]) -> Bool {
    place == 0 || !follows[place - 1] || place + 1 == follows.count || !follows[place + 1]
  }

  private func isLinear(_ group: Group) throws(ModelError) -> Bool {
    try layout.activation(of: group) == .linear
  }

  private func link(from group: Group, to next: Group) throws(ModelError) -> Link {
    if let said = try layout.number("follows", of: next) { return .said(said != 0) }
    guard let units = try width(of: group, ["gradient", "desired_update"], orRowsOf: "weight"),
      let inputs = try width(of: next, ["input"], orRowsOf: nil)
    else { return .unknown }
    guard units == inputs else { return .otherWidth }
    guard let answers = try answers(of: group), let given = try rows(of: next) else {
      return .unknown
    }
    guard answers.count == given.count else { return .unknown }
    let largest = given.reduce(0) { max($0, $1.magnitude) }
    let isEqual = zip(answers, given).allSatisfy {
      ($0 - $1).magnitude <= Self.tolerance * largest
    }
    return isEqual ? .equal : .different
  }

  /// The last side of the first of some datasets that is there.
  private func width(
    of group: Group, _ names: [String], orRowsOf kernel: String?
  ) throws(ModelError) -> Int? {
    for name in names {
      if let dataset = try dataset(name, of: group) { return dataset.shape.last }
    }
    if let kernel, let dataset = try dataset(kernel, of: group) { return dataset.shape.first }
    if let weight = try dataset("weight", of: group) { return weight.shape.last }
    return nil
  }

  /// The outputs of a layer for the first samples; `nil` without its weights or inputs.
  private func answers(of group: Group) throws(ModelError) -> [Double]? {
    guard let kernel = try dataset("weight", of: group), kernel.elementType.isNumeric,
      kernel.shape.count == 2, kernel.shape[0] <= Self.largestSide,
      kernel.shape[1] <= Self.largestSide,
      let inputs = try rows(of: group)
    else { return nil }
    var bias = [Double](repeating: 0, count: kernel.shape[0])
    if let dataset = try dataset("bias", of: group), dataset.shape == [kernel.shape[0]],
      dataset.elementType.isNumeric
    {
      bias = try reading { () throws(HDF5Error) in try dataset.allDoubles() }
    }
    let weights = try reading { () throws(HDF5Error) in try kernel.allDoubles() }
    let (units, width) = (kernel.shape[0], kernel.shape[1])
    let activation = try layout.activation(of: group)
    guard bias.count == units, width > 0, weights.count == units * width, !activation.actsOnRows
    else { return nil }
    var answers: [Double] = []
    for first in stride(from: 0, to: inputs.count - width + 1, by: width) {
      for unit in 0..<units {
        answers.append(
          (0..<width).reduce(bias[unit]) { $0 + weights[unit * width + $1] * inputs[first + $1] })
      }
    }
    activation.apply(to: &answers)
    return answers
  }

  /// The inputs of the first samples; `nil` if they are not recorded.
  private func rows(of group: Group) throws(ModelError) -> [Double]? {
    guard let dataset = try dataset("input", of: group), dataset.elementType.isNumeric,
      let rows = RecordedRows(dataset)
    else { return nil }
    return try rows.floats(0..<min(Self.probeCount, rows.count)).map(Double.init)
  }

  private func dataset(_ name: String, of group: Group) throws(ModelError) -> Dataset? {
    try reading { () throws(HDF5Error) in
      try group.kind(of: name) == .dataset ? try group.dataset(name) : nil
    }
  }
}
