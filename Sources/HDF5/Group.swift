internal import CHDF5

/// A group of an open file: a folder of groups and datasets.
package struct Group: Sendable {
  /// The file the group is in.
  package let file: File
  let location: ObjectPath

  init(file: File, path: ObjectPath) {
    self.file = file
    location = path
  }

  /// The group's path from the root, as in `/model/layers`.
  package var path: String { location.text }

  /// The kind of a member of a group.
  package enum Kind: Equatable, Sendable {
    case group, dataset
    /// A named type, or a link that is not followed.
    case other
  }

  /// The group at a path, relative to this one or from the root.
  ///
  /// - Throws: `HDF5Error` if there is none, or the way to it is not made of hard links.
  package func group(_ path: String) throws(HDF5Error) -> Group {
    let location = try resolve(path)
    try file.handle.use { (fileID) throws(HDF5Error) in
      let id = try location.open(in: file, fileID)
      defer { H5Idec_ref(id) }
      guard H5Iget_type(id) == H5I_GROUP else {
        throw HDF5Error(file: file.path, object: location.text, .notAGroup)
      }
    }
    return Group(file: file, path: location)
  }

  /// The dataset at a path, relative to this group or from the root.
  ///
  /// - Throws: `HDF5Error` if there is none, or if its numbers are not in this file, need a filter
  ///   that is not available, were not all written, or are declared out of proportion.
  package func dataset(_ path: String) throws(HDF5Error) -> Dataset {
    try Dataset(file: file, location: try resolve(path))
  }

  /// The kind of the object at a path; `nil` if there is none.
  ///
  /// - Throws: `HDF5Error` if the file is damaged there, or the path is none.
  package func kind(of path: String) throws(HDF5Error) -> Kind? {
    let location = try resolve(path)
    do throws(HDF5Error) {
      return try file.handle.use { (fileID) throws(HDF5Error) in
        let id = try location.open(in: file, fileID)
        defer { H5Idec_ref(id) }
        return switch H5Iget_type(id) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
      }
    } catch {
      switch error.problem {
      case .notFound, .notAGroup: return nil
      case .softLink, .externalLink, .otherLink: return .other
      default: throw error
      }
    }
  }

  /// The names in this group in alphabetical order, at most `limit` of them.
  ///
  /// - Throws: `HDF5Error` if the group cannot be read.
  package func childNames(limit: Int = 1000) throws(HDF5Error) -> [String] {
    try file.handle.use { (fileID) throws(HDF5Error) in
      let id = try location.open(in: file, fileID)
      defer { H5Idec_ref(id) }
      return HDF5.childNames(of: id, limit: limit)
    }
  }

  /// The attribute of a name, or `nil` if this group has none such.
  ///
  /// - Throws: `HDF5Error` if it is neither text nor numbers, or cannot be read.
  package func attribute(_ name: String) throws(HDF5Error) -> Attribute? {
    try Attribute(name, of: location, in: file)
  }

  private func resolve(_ path: String) throws(HDF5Error) -> ObjectPath {
    guard let resolved = location.appending(path) else {
      let whole =
        path.hasPrefix("/") ? path : (location.names.isEmpty ? "" : self.path) + "/" + path
      throw HDF5Error(file: file.path, object: whole, .unsafePath)
    }
    return resolved
  }
}
