/// The content of a new file: groups, datasets of numbers, attributes.
///
/// Groups on the way to something are made with it. Datasets are contiguous, as h5py makes them.
package struct FileContents: Sendable {
  /// The elements of a dataset, row after row.
  package enum Elements: Sendable {
    /// Stored as 32-bit numbers.
    case floats([Float])
    /// Stored as 64-bit integers.
    case integers([Int64])
    /// In a type of their own.
    case stored(StoredElements)

    var count: Int {
      switch self {
      case .floats(let numbers): numbers.count
      case .integers(let numbers): numbers.count
      case .stored(let elements): elements.count
      }
    }

    var byteCount: Int {
      switch self {
      case .floats(let numbers): 4 * numbers.count
      case .integers(let numbers): 8 * numbers.count
      case .stored(let elements): elements.bytes.count
      }
    }
  }

  /// A group with what is in it; members and attributes in the order they came.
  struct Node: Sendable {
    var members: [(name: String, member: Member)] = []
    var attributes: [(name: String, value: FileChanges.AttributeValue)] = []
  }

  enum Member: Sendable {
    case group(Node)
    case dataset(shape: [Int], Elements)
  }

  private(set) var root = Node()
  /// The bytes of all elements.
  private(set) var elementBytes = 0

  /// An empty file.
  package init() {}

  /// Attaches an attribute to a group.
  package mutating func set(
    _ attribute: String, of path: String = "/", to value: FileChanges.AttributeValue
  ) {
    Self.edit(&root, Self.names(of: path)) { $0.attributes.append((attribute, value)) }
  }

  /// Adds a dataset.
  ///
  /// - Parameters:
  ///   - path: as for a group; nothing may be there.
  ///   - shape: the dimensions.
  ///   - elements: as many as the shape says.
  package mutating func add(_ path: String, shape: [Int], _ elements: Elements) {
    precondition(
      shape.reduce(1, *) == elements.count, "\(path): \(elements.count) numbers for \(shape)")
    var names = Self.names(of: path)
    guard let name = names.popLast() else { preconditionFailure("a dataset without a name") }
    elementBytes += elements.byteCount
    Self.edit(&root, names) { node in
      precondition(!node.members.contains { $0.name == name }, "\(path) twice")
      node.members.append((name, .dataset(shape: shape, elements)))
    }
  }

  private static func names(of path: String) -> ArraySlice<String> {
    path.split(separator: "/").map(String.init)[...]
  }

  private static func edit(
    _ node: inout Node, _ names: ArraySlice<String>, _ change: (inout Node) -> Void
  ) {
    guard let name = names.first else { return change(&node) }
    let place = node.members.firstIndex { $0.name == name } ?? node.members.endIndex
    if place == node.members.endIndex { node.members.append((name, .group(Node()))) }
    guard case .group(var group) = node.members[place].member else {
      preconditionFailure("\(name) is a dataset")
    }
    edit(&group, names.dropFirst(), change)
    node.members[place].member = .group(group)
  }
}
