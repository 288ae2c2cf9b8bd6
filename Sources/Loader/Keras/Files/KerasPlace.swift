/// Where a layer stands in the description of a model, from the model's own list of layers on.
struct KerasPlace: Sendable {
  /// One step of the way.
  enum Step: Sendable {
    /// The entry of a model's list.
    case layer(Int)
    /// The layer that a layer has for its activation.
    case activation
  }

  let steps: [Step]

  /// The model itself.
  static let root = KerasPlace(steps: [])

  /// A step further.
  func appending(_ step: Step) -> KerasPlace { KerasPlace(steps: steps + [step]) }

  /// The value at the place in a document; `nil` if the document is another one.
  func node(in root: EditableJSON.Node) -> EditableJSON.Node? {
    var node = root
    for step in steps {
      let config = node["config"]
      switch step {
      case .layer(let index):
        let list = config?["layers"]?.entries ?? config?.entries ?? []
        guard list.indices.contains(index) else { return nil }
        node = list[index]
      case .activation:
        guard let activation = config?["activation"] else { return nil }
        node = activation
      }
    }
    return node
  }
}
