/// Why a file, or an object in it, cannot be read.
public struct HDF5Error: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// The object at fault, from the root (`/model/weight`, `/model@version`); `nil` for the file.
  public let object: String?
  /// The problem.
  public let problem: Problem

  /// An error at an object of a file, or at the file itself.
  public init(file: String, object: String? = nil, _ problem: Problem) {
    self.file = file
    self.object = object
    self.problem = problem
  }

  /// The problems that a file or an object can have.
  public enum Problem: Equatable, Sendable {
    // The file:
    case noSuchFile
    case directory(isSavedModel: Bool)
    case notRegular
    case permissionDenied
    case empty
    /// The content is another format's, or no format's that is known here.
    case notHDF5(ForeignFormat?)
    /// Lengths in bytes; `nil` when the library does not tell.
    case truncated(found: Int?, expected: Int?)
    case newerLibrary
    case openForWriting
    /// A damaged structure of the file, at an offset in bytes from its start.
    case damaged(part: String, offset: Int)
    /// The names of a group's members, or the attributes of an object, went through filters.
    case packedNames
    case cannotOpen(String)

    // Paths:
    case unsafePath
    /// `present` are the names the parent group does hold, some of them.
    case notFound(present: [String])
    case softLink, externalLink, otherLink
    case notAGroup, notADataset

    // Objects:
    case elementType(found: ElementType, expected: String)
    case shape(found: [Int], expected: String)
    case noValue
    case tooLarge(bytes: Int?, stored: Int)
    case chunkTooLarge(bytes: Int)
    /// A chunk that unpacks to another number of bytes than expected.
    case chunkSize(bytes: Int, expected: Int)
    case notWritten(missing: Int, of: Int)
    /// A dataset that holds only the first rows of those that it stands for.
    case standIn(rows: Int)
    case externalStorage, virtualLayout
    case missingFilter(id: Int, name: String)
    case nestedTooDeep
    /// Texts or lists of variable length inside other elements.
    case nestedReferences
    case notUTF8
    case value(found: String, expected: String)
    case unreadable(String)
    /// The system could not read: its error number.
    case diskFailed(code: Int32)
    /// The file is no longer the one that was opened.
    case changed

    // Writing:
    case isInput
    case exists
    case notReplaceable
    case noSuchFolder
    /// A call of the system failed, with this `errno`.
    case cannotWrite(code: Int32)
    case unwritable(String)
    case holdsReferences
  }

  /// Whether the problem concerns a file to be written, not one that was read.
  public var isOfWriting: Bool {
    switch problem {
    case .isInput, .exists, .notReplaceable, .noSuchFolder, .cannotWrite, .unwritable,
      .holdsReferences:
      true
    default: false
    }
  }

  /// The problem with its place: the file, the object in it, what was found and expected.
  public var description: String {
    let place = object.map { "\(file): \($0)" } ?? file
    return printable("\(place): \(problem.description)")
  }

  /// Advice on what to do about the problem, in one line.
  public var advice: String { printable(problem.advice) }
}
