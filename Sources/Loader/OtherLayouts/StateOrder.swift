internal import HDF5
internal import Networks

/// Tells the order of the layers of a state dictionary, and where its normalizations stand.
enum StateOrder {
  /// The layers as they follow each other: by the number in their names if that is all they differ
  /// in, or else by the only order in which each takes what the one before gives, those of a list
  /// (`hidden.0`, `hidden.1`) by their numbers.
  static func ordered(
    _ entries: [StateDictionary.Entry], _ file: File
  ) throws(ModelError) -> (layers: [StateDictionary.Entry], byShape: Bool) {
    if entries.count == 1 { return (entries, false) }
    let numbers = entries.map { number(in: $0.name) }
    let patterns = Set(numbers.map { $0?.rest })
    if patterns.count == 1, !patterns.contains(nil),
      Set(numbers.map { $0?.value }).count == entries.count
    {
      let sorted = zip(entries, numbers).sorted { ($0.1?.value ?? 0) < ($1.1?.value ?? 0) }
      return (sorted.map(\.0), false)
    }
    var search = OrderSearch(entries, numbers)
    search.run()
    guard let order = search.found, search.isUnique else {
      throw ModelError(file: file.path, .layerOrder(entries.map(\.name)))
    }
    return (order.map { entries[$0] }, true)
  }

  /// The last number in a name.
  static func lastNumber(in name: String) -> Int? { number(in: name)?.value }

  /// The last number in a name, and the name without it.
  fileprivate static func number(in name: String) -> (value: Int, rest: String)? {
    guard let last = name.lastIndex(where: \.isWholeNumber) else { return nil }
    let end = name.index(after: last)
    let start = name[..<end].lastIndex { !$0.isWholeNumber }.map { name.index(after: $0) }
    let digits = name[(start ?? name.startIndex)..<end]
    return Int(digits).map {
      ($0, String(name[..<(start ?? name.startIndex)]) + "#" + name[end...])
    }
  }

  /// The layer that each normalization follows, and whether the activation comes between.
  ///
  /// The numbers of `nn.Sequential` count the activations, too: in 0, 1, 3 the normalization 1 comes
  /// before the activation 2, in 0, 2, 3 behind the activation 1. Without such numbers it is taken to
  /// follow the layer of its own number, or the only one of its width, and to come before the
  /// activation.
  static func places(
    of normalizations: [StateDictionary.BatchNormalization], among layers: [StateDictionary.Entry],
    _ activations: [Activation], notes: [String], _ file: File
  ) throws(ModelError) -> ([Int: [StateDictionary.BatchNormalization]], [String]) {
    var places: [Int: [StateDictionary.BatchNormalization]] = [:]
    var notes = notes
    let sorted = normalizations.sorted {
      (lastNumber(in: $0.name) ?? 0) < (lastNumber(in: $1.name) ?? 0)
    }
    for var normalization in sorted {
      let (own, width) = (number(in: normalization.name), normalization.mean.shape)
      let counted = layers.indices.filter { number(in: layers[$0].name)?.rest == own?.rest }
      var place: Int?
      if let own, counted.count == layers.count {
        place = counted.last { (number(in: layers[$0].name)?.value ?? 0) < own.value } ?? -1
        if let place, place >= 0, let before = number(in: layers[place].name)?.value {
          normalization.followsActivation =
            own.value - before > 1 && activations[place] != .linear
        }
      } else {
        let alike = layers.indices.filter { lastNumber(in: layers[$0].name) == own?.value }
        let wide = layers.indices.filter { width == [layers[$0].outputs] }
        place =
          own != nil && alike.count == 1 ? alike[0] : wide.count == 1 ? wide[0] : nil
      }
      guard let place else {
        throw ModelError(
          file: file.path, layerPlace(normalization.name),
          .normalizationPlace(layers: layers.map(\.name)))
      }
      places[place, default: []].append(normalization)
      notes.append(
        "\(normalization.name) is read as a BatchNorm1d at inference, with eps 1e-5, "
          + (place < 0
            ? "of the inputs."
            : "\(normalization.followsActivation ? "behind" : "before") the activation of "
              + "\(layers[place].name)."))
    }
    return (places, notes)
  }
}

/// Looks for orders in which each layer takes as many numbers as the one before gives.
private struct OrderSearch {
  let entries: [StateDictionary.Entry]
  /// For each layer, those of the same list that come before it.
  private var before: [[Int]] = []
  private(set) var found: [Int]?
  private(set) var isUnique = true
  /// The number of steps left of the search for an order: one that is not found soon is not told.
  private var stepsLeft = 100_000

  init(_ entries: [StateDictionary.Entry], _ numbers: [(value: Int, rest: String)?]) {
    self.entries = entries
    before = numbers.map { own in
      guard let own else { return [] }
      return numbers.indices.filter { other in
        numbers[other].map { $0.rest == own.rest && $0.value < own.value } ?? false
      }
    }
  }

  mutating func run() { extend([]) }

  private mutating func extend(_ order: [Int]) {
    if order.count == entries.count {
      isUnique = found == nil
      found = found ?? order
      return
    }
    for next in entries.indices
    where isUnique && !order.contains(next) && before[next].allSatisfy(order.contains) {
      stepsLeft -= 1
      if stepsLeft <= 0 {
        isUnique = false
        return
      }
      if let last = order.last, entries[last].outputs != entries[next].inputs { continue }
      // A list is one block: nothing stands between two of its layers.
      if let last = order.last, isOpen(after: last, order), !before[next].contains(last) {
        continue
      }
      extend(order + [next])
    }
  }

  /// Whether a list that a layer is of has further layers, after those of an order.
  private func isOpen(after last: Int, _ order: [Int]) -> Bool {
    entries.indices.contains { before[$0].contains(last) && !order.contains($0) }
  }
}
