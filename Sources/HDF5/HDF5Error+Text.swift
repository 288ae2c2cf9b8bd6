internal import Glibc

extension HDF5Error.Problem: CustomStringConvertible {
  /// The problem in words, to follow the name of the file and object.
  public var description: String {
    switch self {
    case .noSuchFile: "no such file"
    case .directory(let isSavedModel):
      isSavedModel ? "is a TensorFlow SavedModel directory, not a file" : "is a directory"
    case .notRegular: "is not a regular file"
    case .permissionDenied: "permission denied"
    case .empty: "the file is empty"
    case .notHDF5(let format?): "is \(format.name), not HDF5"
    case .notHDF5(nil): "is not an HDF5 file"
    case .truncated(let found?, let expected?):
      "the file is truncated: \(found) bytes of \(expected)"
    case .truncated: "the file is truncated"
    case .newerLibrary: "was written by a newer HDF5 library"
    case .openForWriting: "is marked as open for writing"
    case .damaged(let part, let offset): "the \(part) at byte \(offset) is damaged"
    case .packedNames: "has its members or attributes compressed"
    case .cannotOpen(let cause): "cannot be opened (\(cause))"
    case .unsafePath: "is no path of an object"
    case .notFound: "not found"
    case .softLink: "is a soft link; only hard links are followed"
    case .externalLink: "is a link into another file; only hard links are followed"
    case .otherLink: "is a link of unknown kind; only hard links are followed"
    case .notAGroup: "is not a group"
    case .notADataset: "is not a dataset"
    case .elementType(let found, let expected): "holds \(found), expected \(expected)"
    case .shape(let found, let expected): "shape \(shapeText(found)), expected \(expected)"
    case .noValue: "holds no value"
    case .tooLarge(let bytes?, let stored): "declares \(bytes) bytes but stores \(stored)"
    case .tooLarge(nil, _): "declares more elements than can be counted"
    case .chunkTooLarge(let bytes): "is compressed in chunks of \(bytes) bytes"
    case .chunkSize(let bytes, let expected):
      "has a chunk of \(bytes > expected ? "more than \(expected)" : "\(bytes)") bytes, "
        + "expected \(expected)"
    case .notWritten(let missing, let count): "\(missing) of \(count) chunks were never written"
    case .standIn(let rows): "stands for more rows than the \(rows) that it holds"
    case .externalStorage: "keeps its numbers in another file"
    case .virtualLayout: "is put together from other datasets (virtual layout)"
    case .missingFilter(let id, let name):
      "needs the filter \(id)\(name.isEmpty ? "" : " (\(name))"), which is not available"
    case .nestedTooDeep: "holds groups in groups, more than 100 deep"
    case .nestedReferences: "holds texts or lists inside other elements, which are not copied"
    case .notUTF8: "is not valid UTF-8"
    case .value(let found, let expected): "is \(found), expected \(expected)"
    case .unreadable(let cause): "cannot be read (\(cause))"
    case .diskFailed(let code): "cannot be read: \(String(cString: strerror(code)))"
    case .changed: "was changed while it was read"
    case .isInput: "is one of the command's other files"
    case .exists: "is there already"
    case .notReplaceable: "is something other than a file, and cannot be replaced by one"
    case .noSuchFolder: "is in a folder that does not exist"
    case .cannotWrite(let code): "cannot be written: \(String(cString: strerror(code)))"
    case .unwritable(let cause): "cannot be written (\(cause))"
    case .holdsReferences: "holds references to other objects, which would lead nowhere in a copy"
    }
  }

  /// Advice on what to do about the problem.
  public var advice: String {
    switch self {
    case .noSuchFile: "check the path"
    case .directory(let isSavedModel):
      isSavedModel
        ? ForeignFormat.savedModel.advice
        : "name a file inside it"
    case .notRegular: "copy its content to a file first"
    case .permissionDenied: "make the file readable with chmod, or copy it"
    case .empty, .truncated: "copy or download the file again"
    case .notHDF5(let format?): format.advice
    case .notHDF5(nil):
      "check that the download or the copy is complete, and that the path is right"
    case .newerLibrary: "write it again with libver='v110', or convert it with h5repack --high=1"
    case .openForWriting: "if no program is writing it, clear the mark with h5clear -s"
    case .cannotOpen, .damaged, .unreadable:
      "the file may be damaged or from a newer HDF5 library: check it with h5dump, or write it again"
    case .diskFailed: "the disk or the way to it fails: copy the file elsewhere, and read the copy"
    case .changed: "wait until whoever writes it is done, and start again"
    case .packedNames: "write the file again without filters for groups"
    case .unsafePath: "name it from the root with single slashes, as in /data/inputs"
    case .notFound(let present):
      present.isEmpty ? "its group is empty" : "its group holds \(listText(present))"
    case .softLink, .otherLink: "copy the object itself to this place with h5copy"
    case .externalLink: "copy the object into this file with h5copy"
    case .notAGroup, .notADataset: "check the path with h5ls -r"
    case .elementType(let found, _):
      found == .opaque(bytes: 2)
        ? "if these are bfloat16 numbers, save the model again as float32"
        : "write it again with a numeric type, such as float32"
    case .shape, .value: "write the file again with the value expected"
    case .noValue, .notWritten, .chunkSize:
      "write the file again: the program that wrote it may have stopped early"
    case .standIn: "read the other rows on the machine that has them"
    case .tooLarge: "the file is damaged, or made to exhaust memory"
    case .chunkTooLarge: "write it again in smaller chunks, or without: h5repack -l CONTI"
    case .externalStorage, .virtualLayout: "gather it into one file with h5repack -l CONTI"
    case .missingFilter: "write it again without compression: h5repack -f NONE"
    case .nestedTooDeep: "write the file again with fewer groups inside one another"
    case .nestedReferences: "remove it from a copy of the file: what is grown does not need it"
    case .notUTF8: "write the text again as UTF-8"
    case .isInput, .notReplaceable: "choose another name"
    case .exists: "choose another name, or let it be replaced"
    case .noSuchFolder: "make the folder, or choose another"
    case .cannotWrite(let code):
      [ENOSPC, EDQUOT, EFBIG].contains(code)
        ? "make room for it, or choose another place" : "choose another place"
    case .unwritable: "check the file that is copied with h5dump, or choose another place"
    case .holdsReferences: "remove the attribute, such as the one that attaches a dimension scale"
    }
  }
}

/// The text with control characters written out: names in a file may hold anything, and must not
/// steer a terminal.
package func printable(_ text: String) -> String {
  if text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) { return text }
  return text.unicodeScalars.reduce(into: "") { result, scalar in
    result +=
      scalar.properties.generalCategory == .control
      ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
  }
}

/// A shape as Python prints it: `(64, 32)`, `(10,)`, `()`.
package func shapeText(_ shape: [Int]) -> String {
  shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
}

/// Names in a row, no more than a line's worth of them.
package func listText(_ names: [String]) -> String {
  let shown = 12
  let list = names.prefix(shown).joined(separator: ", ")
  return names.count > shown ? "\(list) and \(names.count - shown) more" : list
}
