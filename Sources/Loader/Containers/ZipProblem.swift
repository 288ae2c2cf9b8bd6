internal import HDF5

/// A fault of a ZIP archive or of a member of it.
public enum ZipProblem: Error, Equatable, Sendable {
  case unreadable(String)
  case tooManyMembers(limit: Int)
  case memberName, duplicate
  case noMember(present: [String])
  case encrypted
  case compression(method: Int)
  case tooLarge(bytes: Int, limit: Int)
  case impossibleSize(bytes: Int, stored: Int)
  case damaged(String)
  case notUTF8
  case numpyWeights, sharded
  case unwritable(String)

  /// Whether the fault lies in what was to be written.
  var isOfWriting: Bool { if case .unwritable = self { true } else { false } }
}

extension ZipProblem: CustomStringConvertible {
  /// The fault, as it stands after the archive or the member.
  public var description: String {
    switch self {
    case .unreadable(let cause): "the archive cannot be read (\(cause))"
    case .tooManyMembers(let limit): "the archive has more than \(limit) members"
    case .memberName: "is no name for a member of an archive: it leads elsewhere"
    case .duplicate: "is in the archive twice"
    case .noMember: "is not in the archive"
    case .encrypted: "is encrypted"
    case .compression(let method): "is packed by method \(method), expected 0 or 8 (deflate)"
    case .tooLarge(let bytes, let limit): "declares \(bytes) bytes, expected \(limit) at most"
    case .impossibleSize(let bytes, let stored):
      "declares \(bytes) bytes, which \(stored) bytes of the archive cannot hold"
    case .damaged(let cause): "is damaged (\(cause))"
    case .notUTF8: "is not valid UTF-8"
    case .numpyWeights: "holds the weights as NumPy arrays"
    case .sharded: "lists weights that are spread over several files"
    case .unwritable(let cause): "cannot be written (\(cause))"
    }
  }

  /// The remedy.
  public var advice: String {
    switch self {
    case .unreadable, .damaged: "copy or download the file again, or save the model again"
    case .noMember(let present):
      present.isEmpty
        ? "the archive is empty: save the model again"
        : "save the model again with model.save('model.keras'); the archive holds "
          + listText(present)
    case .numpyWeights, .sharded:
      "load it in Keras and save it again in one piece with model.save('model.h5')"
    case .encrypted, .compression:
      "load it in Keras and save it again with model.save('model.keras')"
    case .tooManyMembers, .memberName, .duplicate, .tooLarge, .impossibleSize:
      "the file is damaged, or made to do harm: get it from a source you trust"
    case .notUTF8: "save the model again"
    case .unwritable: "check the archive with unzip -t, or choose another place"
    }
  }
}
