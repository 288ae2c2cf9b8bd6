internal import HDF5

/// The file that holds arrays, whatever its format: HDF5 as it is, NumPy's and safetensors' put
/// together as an HDF5 file in memory.
///
/// - Throws: `ModelError` if it cannot be read, or is of no such format.
func openArrays(at path: String) throws(ModelError) -> File {
  do throws(HDF5Error) {
    return try File(path)
  } catch {
    switch error.problem {
    case .notHDF5(.numpyArray): return try NumpyFile.array(at: path)
    case .notHDF5(.numpyArchive): return try NumpyFile.archive(at: path)
    case .notHDF5(.safetensors): return try SafeTensors(path).file
    default: throw ModelError(error)
    }
  }
}

/// NumPy's files, `.npy` and `.npz`, by their content.
enum NumpyFile {
  /// They are read into memory as a whole.
  private static let largestBytes = 4 << 30

  /// A file of one array; it is called as the file is: `x_train` for `x_train.npy`.
  static func array(at path: String) throws(ModelError) -> File {
    var contents = FileContents()
    let bytes = try readBytes(at: path, limit: largestBytes)
    try add(bytes, named: stem(of: path), place: nil, to: &contents, path)
    return try reading { () throws(HDF5Error) in try File(contents, named: path) }
  }

  /// A ZIP archive of arrays, each called as its member is.
  static func archive(at path: String) throws(ModelError) -> File {
    let archive = try ZipArchive(path)
    var contents = FileContents()
    var left = largestBytes
    var names: Set<String> = []
    for member in archive.members where member.name.hasSuffix(".npy") {
      let name = String(member.name.dropLast(".npy".count)).map { $0 == "/" ? "." : $0 }
      guard !name.isEmpty, name != ["."], names.insert(String(name)).inserted else {
        throw ModelError(file: path, member.name, .archive(.memberName))
      }
      let bytes = try archive.content(of: member.name, limit: left)
      left -= bytes.count
      try add(bytes, named: String(name), place: "/" + String(name), to: &contents, path)
    }
    guard !names.isEmpty else { throw ModelError(file: path, DataProblem.numpy(.noArrays)) }
    return try reading { () throws(HDF5Error) in try File(contents, named: path) }
  }

  private static func add(
    _ bytes: [UInt8], named name: String, place: String?, to contents: inout FileContents,
    _ path: String
  ) throws(ModelError) {
    do throws(NumpyProblem) {
      let array = try NumpyArray(bytes)
      contents.add(name, shape: array.shape, .stored(array.elements))
    } catch {
      throw place.map { ModelError(file: path, $0, DataProblem.numpy(error)) }
        ?? ModelError(file: path, DataProblem.numpy(error))
    }
  }

  /// A file's name without folder and ending.
  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return stem.isEmpty || stem == "." || stem == ".." ? "array" : stem
  }
}
