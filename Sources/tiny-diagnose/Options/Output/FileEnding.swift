import ArgumentParser

/// What the ending of a file's name says that it is.
enum FileKind: String {
  case hdf5 = "HDF5"
  case kerasArchive = "a Keras archive"
  case safetensors = "safetensors"
  case text = "text"
  case json = "JSON"
  case page = "HTML"
  case table = "comma-separated values"
  case numpyArray = "a NumPy array"
  case numpyArchive = "a NumPy archive"
  case pytorch = "a PyTorch archive"
  case pickle = "a Python pickle"
  case onnx = "an ONNX model"
  case pdf = "PDF"

  private static let endings: [(FileKind, [String])] = [
    (.hdf5, ["h5", "hdf5", "hdf", "he5"]), (.kerasArchive, ["keras"]),
    (.safetensors, ["safetensors"]), (.text, ["txt"]), (.json, ["json"]), (.page, ["html", "htm"]),
    (.table, ["csv", "tsv"]), (.numpyArray, ["npy"]), (.numpyArchive, ["npz"]),
    (.pytorch, ["pt", "pth"]), (.pickle, ["pkl", "pickle", "joblib"]), (.onnx, ["onnx"]),
    (.pdf, ["pdf"]),
  ]

  /// The kind that a name stands for; `nil` if it stands for none that is known.
  init?(namedBy path: String) {
    guard let ending = fileEnding(of: path),
      let kind = Self.endings.first(where: { $0.1.contains(ending) })?.0
    else { return nil }
    self = kind
  }

  /// The usual ending of such a file.
  fileprivate var ending: String { Self.endings.first { $0.0 == self }?.1.first ?? "" }
}

/// What follows the last full stop of a file's name, in lower case; `nil` if there is none.
func fileEnding(of path: String) -> String? {
  path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
}

/// Checks that a file is not named as something else than it will be: other programs go by the ending.
///
/// - Parameters:
///   - path: the file's name.
///   - kind: what it will be.
///   - source: the file that it is made from, whose own ending may be kept.
/// - Throws: `ValidationError` that says what it will be.
func checkEnding(of path: String, willBe kind: FileKind, from source: String? = nil) throws {
  guard let named = FileKind(namedBy: path), named != kind, let ending = fileEnding(of: path)
  else { return }
  // Keras would not read an archive by another name, whatever the model's own name is.
  if ending == source.flatMap(fileEnding), kind != .kerasArchive, named != .kerasArchive { return }
  let start = path.dropLast(ending.count + 1)
  throw ValidationError(
    "\(path) is named as \(named.rawValue) and would be \(kind.rawValue): name it \(start).\(kind.ending)"
  )
}
