internal import HDF5
internal import LinearAlgebra

/// The inputs and targets of a file.
typealias FoundPair = (inputs: Dataset, targets: Dataset)

/// Inputs and targets that belong together, one row for each sample, as numbers; of several files, the
/// rows of all.
struct SamplePair {
  /// The inputs of all files.
  let inputs: JoinedDataset
  /// Their targets.
  private(set) var targets: JoinedDataset
  /// Where the inputs are.
  let places: [SamplePlace]
  /// The words that stand for the classes 0, 1, …; `nil` if the targets are numbers.
  private(set) var classes: [String]?
  /// The notes on the changes that brought them into this form, in whole sentences.
  private(set) var notes: [String] = []

  /// Puts samples on rows, and numbers classes that are words.
  ///
  /// Programs that store the first side of an array fastest, as MATLAB, Julia and R do, write HDF5
  /// with all sides reversed. That is recognised where the shapes fit reversed and not as they are; of
  /// several files, all are read as the one that tells.
  ///
  /// - Parameters:
  ///   - found: inputs and targets as they are in the files, at least one pair.
  ///   - sampleShape: of a sample, as the model takes it; `nil` if there is no model yet.
  ///   - classes: the words of the samples that go with these; `nil` for those of the targets.
  /// - Throws: `ModelError` if they cannot be read, the files do not go together, or a word is none of
  ///   the classes.
  init(
    _ found: [FoundPair], sampleShape: [Int]?, classes: [String]? = nil
  ) throws(ModelError) {
    precondition(!found.isEmpty, "no samples to join")
    var (inputs, targets) = (found.map(\.inputs), found.map(\.targets))
    let told = found.first { Self.isReversed($0.inputs, beside: $0.targets, sampleShape) }
    if let told,
      found.allSatisfy({ Self.mayBeReversed($0.inputs, beside: $0.targets, sampleShape) })
    {
      inputs = try inputs.map { (part) throws(ModelError) in try part.reversed() }
      notes.append(
        "\(told.inputs.path) is \(shapeText(told.inputs.shape)) and is read with its sides reversed, as "
          + "MATLAB, Julia and R write them.")
    }
    // (1, n) is a row that is a column; else one row for each output.
    let reversed = zip(inputs, targets).first { inputs, targets in
      let (count, shape) = (inputs.rowCount, targets.shape)
      return shape.count == 2 && shape[0] != count && shape[1] == count
    }?.1
    if let reversed, targets.allSatisfy({ $0.shape.count == 2 }) {
      let isVector = reversed.shape[0] == 1
      targets = try targets.map { (part) throws(ModelError) in
        try part.reversed(asVector: isVector)
      }
      if !isVector {
        notes.append(
          "\(reversed.path) is \(shapeText(reversed.shape)) and is read with its sides reversed.")
      }
    }
    self.inputs = try JoinedDataset(inputs)
    self.targets = try JoinedDataset(targets)
    let counts = self.inputs.partCounts
    places = zip(found, counts).map {
      SamplePlace(file: $0.inputs.file, inputs: $0.inputs.path, sampleCount: $1)
    }
    if self.targets.elementType == .text { try number(knownClasses: classes) }
  }

  /// Whether the targets are the inputs, as an autoencoder's are.
  var givesBackInputs: Bool {
    inputs.file.path == targets.file.path && inputs.path == targets.path
  }

  /// Whether the sides can only be meant reversed.
  private static func isReversed(
    _ inputs: Dataset, beside targets: Dataset, _ sampleShape: [Int]?
  ) -> Bool {
    guard mayBeReversed(inputs, beside: targets, sampleShape) else { return false }
    return sampleShape.map { !fits(inputs.shape, $0) } ?? !targets.shape.contains(inputs.shape[0])
  }

  /// Whether the shapes fit with all sides reversed.
  private static func mayBeReversed(
    _ inputs: Dataset, beside targets: Dataset, _ sampleShape: [Int]?
  ) -> Bool {
    guard inputs.shape.count > 1, inputs.elementType.isNumeric else { return false }
    let reversed = Array(inputs.shape.reversed())
    if let sampleShape { return fits(reversed, sampleShape) }
    // Without a model, only the number of targets tells.
    let counts = targets.shape.count == 1 ? targets.shape : targets.shape.filter { $0 != 1 }
    return inputs.shape.count == 2 && targets.shape.count <= 2 && counts.contains(reversed[0])
  }

  private static func fits(_ shape: [Int], _ sampleShape: [Int]) -> Bool {
    let sample = Array(shape.dropFirst())
    return sample == [sampleShape.reduce(1, *)]
      || sample.filter { $0 != 1 } == sampleShape.filter { $0 != 1 }
  }

  /// Numbers words in their order, as the encoders of Keras and scikit-learn do.
  private mutating func number(knownClasses: [String]?) throws(ModelError) {
    let words = try reading { () throws(HDF5Error) in try targets.allTexts() }
    // By code point, as Python sorts.
    let own = Set(words).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let classes = knownClasses ?? own
    let mostClasses = 10_000
    guard classes.count <= mostClasses else {
      throw targets.failure(.classesOrAmounts(largest: Double(classes.count)))
    }
    let numbers = Dictionary(
      classes.enumerated().map { ($1, Int64($0)) }, uniquingKeysWith: { first, _ in first })
    var labels: [Int64] = []
    for (row, word) in words.enumerated() {
      guard let number = numbers[word] else {
        throw targets.failure(row: row) { .unknownClass(word, row: $0, known: classes) }
      }
      labels.append(number)
    }
    if knownClasses == nil {
      let shown = classes.prefix(5).enumerated().map { "\($0) \($1)" }.joined(separator: ", ")
      notes.append(
        "The classes in \(targets.path) are words; they are numbered in their order, as Keras and "
          + "scikit-learn do: \(shown)\(classes.count > 5 ? ", …" : "").")
    }
    targets = try targets.mapParts { (part, rows) throws(ModelError) in
      try part.inMemory(shape: part.shape, .integers(Array(labels[rows])))
    }
    self.classes = classes
  }
}

extension Dataset {
  /// The array with its sides in reverse order, in memory.
  fileprivate func reversed(asVector isVector: Bool = false) throws(ModelError) -> Dataset {
    let shape = Array(self.shape.reversed())
    let result = isVector ? Array(shape.prefix(1)) : shape
    if elementType.isIntegral {
      let numbers = try reading { () throws(HDF5Error) in
        try checkFitsMemory()
        return try integers(rows: 0..<rowCount)
      }
      return try inMemory(shape: result, .integers(lastSideFirst(numbers, shape: shape)))
    }
    if elementType == .text { return self }
    let numbers = try reading { () throws(HDF5Error) in try allFloats() }
    return try inMemory(shape: result, .floats(lastSideFirst(numbers, shape: shape)))
  }

  /// A dataset of the same name and file with other elements.
  fileprivate func inMemory(
    shape: [Int], _ elements: FileContents.Elements
  ) throws(ModelError) -> Dataset {
    var contents = FileContents()
    contents.add(path, shape: shape, elements)
    return try reading { () throws(HDF5Error) in
      try File(contents, named: file.path).root.dataset(path)
    }
  }
}

/// Elements whose first side runs fastest, with the last one doing so.
private func lastSideFirst<Element: BitwiseCopyable>(_ elements: [Element], shape: [Int])
  -> [Element]
{
  if shape.count == 2 {
    var result = elements
    for row in 0..<shape[0] {
      for column in 0..<shape[1] {
        result[row * shape[1] + column] = elements[column * shape[0] + row]
      }
    }
    return result
  }
  let size = MemoryLayout<Element>.size
  let bytes = rowMajor(
    elements.withUnsafeBytes(Array.init), shape: shape, elementSize: size)
  return bytes.withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
}
