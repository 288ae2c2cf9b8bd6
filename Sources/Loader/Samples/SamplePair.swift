internal import HDF5
internal import LinearAlgebra

/// Inputs and targets that belong together, one row for each sample, as numbers.
struct SamplePair {
  var inputs: Dataset
  var targets: Dataset
  /// The words that stand for the classes 0, 1, …; `nil` if the targets are numbers.
  private(set) var classes: [String]?
  /// What was done to bring them into this form, in whole sentences.
  private(set) var notes: [String] = []

  /// Puts samples on rows, and numbers classes that are words.
  ///
  /// Programs that store the first side of an array fastest, as MATLAB, Julia and R do, write HDF5
  /// with all sides reversed. That is recognised where the shapes fit reversed and not as they are.
  ///
  /// - Parameters:
  ///   - inputs: as they are in the file.
  ///   - targets: likewise.
  ///   - sampleShape: of a sample, as the model takes it; `nil` if there is no model yet.
  ///   - classes: the words of the samples that go with these; `nil` for those of the targets.
  /// - Throws: `ModelError` if they cannot be read, or a word is none of the classes.
  init(
    inputs: Dataset, targets: Dataset, sampleShape: [Int]?, classes: [String]? = nil
  ) throws(ModelError) {
    (self.inputs, self.targets) = (inputs, targets)
    if Self.isReversed(inputs, beside: targets, sampleShape) {
      self.inputs = try inputs.reversed()
      notes.append(
        "\(inputs.path) is \(shapeText(inputs.shape)) and is read with its sides reversed, as MATLAB, "
          + "Julia and R write them.")
    }
    let (count, shape) = (self.inputs.rowCount, targets.shape)
    // (1, n) is a row that is a column; else one row for each output.
    if shape.count == 2, shape[0] != count, shape[1] == count {
      self.targets = try targets.reversed(asVector: shape[0] == 1)
      if shape[0] != 1 {
        notes.append(
          "\(targets.path) is \(shapeText(shape)) and is read with its sides reversed.")
      }
    }
    if self.targets.elementType == .text { try number(knownClasses: classes) }
  }

  private static func isReversed(
    _ inputs: Dataset, beside targets: Dataset, _ sampleShape: [Int]?
  ) -> Bool {
    guard inputs.shape.count > 1, inputs.elementType.isNumeric else { return false }
    let reversed = Array(inputs.shape.reversed())
    guard let sampleShape else {
      // Without a model, only the number of targets tells.
      let counts = targets.shape.count == 1 ? targets.shape : targets.shape.filter { $0 != 1 }
      return inputs.shape.count == 2 && targets.shape.count <= 2
        && !targets.shape.contains(inputs.shape[0]) && counts.contains(reversed[0])
    }
    let width = sampleShape.reduce(1, *)
    func fits(_ shape: [Int]) -> Bool {
      let sample = Array(shape.dropFirst())
      return sample == [width] || sample.filter { $0 != 1 } == sampleShape.filter { $0 != 1 }
    }
    return !fits(inputs.shape) && fits(reversed)
  }

  /// Numbers words in their order, as the encoders of Keras and scikit-learn do.
  private mutating func number(knownClasses: [String]?) throws(ModelError) {
    let words = try reading { () throws(HDF5Error) in try targets.allTexts() }
    // By code point, as Python sorts.
    let own = Set(words).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let classes = knownClasses ?? own
    let mostClasses = 10_000
    guard classes.count <= mostClasses else {
      throw ModelError(
        file: targets.file.path, targets.path, .classesOrAmounts(largest: Double(classes.count)))
    }
    let numbers = Dictionary(
      classes.enumerated().map { ($1, Int64($0)) }, uniquingKeysWith: { first, _ in first })
    var labels: [Int64] = []
    for (row, word) in words.enumerated() {
      guard let number = numbers[word] else {
        throw ModelError(
          file: targets.file.path, targets.path, .unknownClass(word, row: row, known: classes))
      }
      labels.append(number)
    }
    if knownClasses == nil {
      let shown = classes.prefix(5).enumerated().map { "\($0) \($1)" }.joined(separator: ", ")
      notes.append(
        "The classes in \(targets.path) are words; they are numbered in their order, as Keras and "
          + "scikit-learn do: \(shown)\(classes.count > 5 ? ", …" : "").")
    }
    targets = try targets.inMemory(shape: targets.shape, .integers(labels))
    self.classes = classes
  }
}

extension Dataset {
  /// The same array with its sides in reverse order, in memory.
  fileprivate func reversed(asVector isVector: Bool = false) throws(ModelError) -> Dataset {
    let shape = Array(self.shape.reversed())
    let result = isVector ? [shape[0]] : shape
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
