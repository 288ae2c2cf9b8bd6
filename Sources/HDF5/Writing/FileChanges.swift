/// The changes to make in a copy of a file. Everything else is copied as it is.
package struct FileChanges: Sendable {
  /// The value of a new or changed attribute.
  package enum AttributeValue: Equatable, Sendable {
    /// A single text of variable length, in the character set of the one it replaces, else UTF-8.
    case text(String)
    /// A list of such texts.
    case texts([String])
    case integer(Int)
    case number(Double)
  }

  /// The changes to one object.
  struct Change: Sendable {
    var members: [String: Change] = [:]
    var attributes: [String: AttributeValue] = [:]
    var elements: Elements?
    var isLeftOut = false

    var elementBytes: Int {
      members.values.reduce(elements?.bytes.count ?? 0) { $0 + $1.elementBytes }
    }
  }

  /// A dataset's new dimensions, and its elements in the type they have in the file.
  struct Elements: Sendable {
    let shape: [Int]
    let bytes: [UInt8]
  }

  private(set) var root = Change()

  /// The bytes of all new elements.
  var elementBytes: Int { root.elementBytes }

  /// No changes.
  package init() {}

  /// Gives a dataset other dimensions, as many as it has, and other elements.
  ///
  /// - Parameters:
  ///   - dataset: of the file to copy; its type, layout, filters and attributes stay.
  ///   - shape: the dimensions.
  ///   - elements: row after row, as `Dataset.encoded(_:)` gives them.
  package mutating func replace(_ dataset: Dataset, shape: [Int], elements: [UInt8]) {
    precondition(shape.count == dataset.shape.count, "\(dataset.path): another rank")
    precondition(
      shape.reduce(dataset.elementBytes, *) == elements.count,
      "\(dataset.path): \(elements.count) bytes for \(shape)")
    edit(dataset.location) { $0.elements = Elements(shape: shape, bytes: elements) }
  }

  /// Gives a group an attribute, in place of one of that name if it has one.
  package mutating func set(_ attribute: String, of group: Group, to value: AttributeValue) {
    edit(group.location) { $0.attributes[attribute] = value }
  }

  /// Leaves an object of a group out, with everything in it.
  package mutating func leaveOut(_ name: String, of group: Group) {
    edit(ObjectPath(names: group.location.names + [name[...]])) { $0.isLeftOut = true }
  }

  private mutating func edit(_ path: ObjectPath, _ change: (inout Change) -> Void) {
    Self.edit(&root, path.names[...], change)
  }

  private static func edit(
    _ parent: inout Change, _ names: ArraySlice<Substring>, _ change: (inout Change) -> Void
  ) {
    guard let name = names.first else { return change(&parent) }
    edit(&parent.members[String(name), default: Change()], names.dropFirst(), change)
  }
}
