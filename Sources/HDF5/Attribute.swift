internal import CHDF5

/// A named value that is attached to a group or a dataset: text or numbers, one or a list.
package struct Attribute: Sendable {
  /// Where it is, as in `/model@version`.
  package let path: String
  /// The file it is in.
  package let file: File
  let value: Value
  let shape: [Int]

  /// An attribute's elements, in the type they are read as.
  enum Value: Equatable, Sendable {
    case texts([String])
    case integers([Int64])
    case reals([Double])

    var count: Int {
      switch self {
      case .texts(let list): list.count
      case .integers(let list): list.count
      case .reals(let list): list.count
      }
    }
  }

  /// Reads an attribute, or gives `nil` if the object has none of that name.
  init?(_ name: String, of object: ObjectPath, in file: File) throws(HDF5Error) {
    path = "\(object.text)@\(name)"
    self.file = file
    let reader = AttributeReader(file: file, path: path)
    let content = try file.handle.use { (fileID) throws(HDF5Error) in
      let owner = try object.open(in: file, fileID)
      defer { H5Idec_ref(owner) }
      return try reader.read(name, of: owner)
    }
    guard let content else { return nil }
    value = content.value
    shape = content.shape
  }

  /// The attribute as a single text.
  ///
  /// - Throws: `HDF5Error` if it is a list or a number.
  package func text() throws(HDF5Error) -> String {
    guard case .texts(let texts) = value, texts.count == 1 else {
      throw unexpected("a single text")
    }
    return texts[0]
  }

  /// The attribute as a list of texts; numbers of count 0 are an empty list, as h5py writes it.
  ///
  /// - Throws: `HDF5Error` if it holds numbers or is no list.
  package func texts() throws(HDF5Error) -> [String] {
    if value.count == 0 { return [] }
    guard case .texts(let texts) = value, shape.count == 1 else {
      throw unexpected("a list of texts")
    }
    return texts
  }

  /// The attribute as a single whole number; a boolean is 0 or 1.
  ///
  /// - Throws: `HDF5Error` if it is anything else.
  package func integer() throws(HDF5Error) -> Int {
    guard case .integers(let integers) = value, integers.count == 1 else {
      throw unexpected("a single integer")
    }
    return Int(integers[0])
  }

  /// The attribute as a single number.
  ///
  /// - Throws: `HDF5Error` if it is a list or a text.
  package func number() throws(HDF5Error) -> Double {
    switch value {
    case .integers(let integers) where integers.count == 1: return Double(integers[0])
    case .reals(let reals) where reals.count == 1: return reals[0]
    default: throw unexpected("a single number")
    }
  }

  private func unexpected(_ expected: String) -> HDF5Error {
    let kind =
      switch value {
      case .texts: "text"
      case .integers: "an integer"
      case .reals: "a number"
      }
    let found = shape.isEmpty ? kind : "\(kind) of shape \(shapeText(shape))"
    return HDF5Error(file: file.path, object: path, .value(found: found, expected: expected))
  }
}
