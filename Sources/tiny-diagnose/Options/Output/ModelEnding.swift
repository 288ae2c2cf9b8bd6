import ArgumentParser
import Glibc
import Loader

/// The names by which Keras knows what a file holds: it opens no other.
private enum KerasNames {
  static let wholeModel = [".h5", ".hdf5"]
  static let weights = ".weights.h5"
  static let archive = ".keras"
}

/// Checks that what makes a model of a file, Keras or another reader, will take it by its name.
///
/// - Parameters:
///   - path: the file's name.
///   - format: what will be in it.
///   - source: the file that it is made from; `nil` for a new model.
/// - Throws: `ValidationError` that says what to call it.
func checkEnding(of path: String, willBe format: ModelFormat, from source: String? = nil) throws {
  try checkEnding(of: path, willBe: FileKind(of: format), from: source)
  var status = stat()
  // A folder is refused for what it is.
  if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
  let name = path.lowercased()
  func refuse(_ what: String, _ ending: String) throws -> Never {
    let endings = KerasNames.wholeModel + [KerasNames.weights, KerasNames.archive]
    let known = endings.filter { name.hasSuffix($0) }.max { $0.count < $1.count }
    let start = path.dropLast(known?.count ?? 0)
    throw ValidationError(
      "\(path) would be \(what), which Keras loads by its ending: name it \(start)\(ending)")
  }
  switch format {
  case .keras2, .keras3:
    if name.hasSuffix(KerasNames.weights) { try refuse("a whole model", ".h5") }
    // A model that has been given another name keeps it.
    let isSame = source.flatMap(fileEnding) == fileEnding(of: path) && fileEnding(of: path) != nil
    guard isSame || KerasNames.wholeModel.contains(where: name.hasSuffix) else {
      try refuse("a whole model", ".h5")
    }
  case .kerasArchive:
    guard name.hasSuffix(KerasNames.archive) else { try refuse("a Keras archive", ".keras") }
  case .kerasWeights:
    // The older layout of weights has another ending, and keeps it.
    let isOlder = source.map { !$0.lowercased().hasSuffix(KerasNames.weights) } ?? false
    let fits = isOlder ? KerasNames.wholeModel.contains(where: name.hasSuffix) : false
    guard fits || name.hasSuffix(KerasNames.weights) else {
      try refuse("weights alone", isOlder ? ".h5" : KerasNames.weights)
    }
  case .stateDictionary, .safetensors, .native, .kernelList, .recording: return
  }
}

extension FileKind {
  /// What a grown model of a format is.
  fileprivate init(of format: ModelFormat) {
    switch format {
    case .kerasArchive: self = .kerasArchive
    case .safetensors: self = .safetensors
    case .keras2, .keras3, .kerasWeights, .stateDictionary, .native, .kernelList, .recording:
      self = .hdf5
    }
  }
}
