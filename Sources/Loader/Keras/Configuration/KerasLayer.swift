/// One layer of a Keras model, as its configuration describes it.
struct KerasLayer: Sendable {
  /// The configuration it was read from.
  let configuration: KerasConfiguration
  var name: String
  /// As in `Dense`; `Package>Class` for a class of somebody's own.
  let className: String
  /// The layer's `config`.
  let settings: JSONValue
  /// The layer's `inbound_nodes`: one for each use of the layer; `nil` in a Sequential model.
  let nodes: [JSONValue]?
  /// Where it stands in the description.
  var place = KerasPlace.root
  /// The entry of the outermost list that it is, or is a part of.
  var owner = 0
  /// Its group among the variables of Keras 3: `dense_1`, or `sequential/layers/dense`.
  var group = ""

  /// A layer from the list of a model's configuration.
  init(_ description: JSONValue, in configuration: KerasConfiguration) throws(ModelError) {
    self.configuration = configuration
    guard let className = description["class_name"]?.text,
      let settings = description["config"], case .object = settings
    else {
      throw configuration.failure(
        .setting("a layer", found: description.excerpt, expected: "a class_name and a config"))
    }
    // Nested models hold a list of layers; their name stands in the description of a functional
    // model, or in their own.
    name = (description["name"] ?? settings["name"])?.text ?? className
    self.className = Self.ownClass(description) ?? className
    self.settings = settings
    nodes = description["inbound_nodes"]?.list
  }

  /// The layer that a layer has for its activation.
  init(activation: JSONValue, of layer: KerasLayer) throws(ModelError) {
    try self.init(activation, in: layer.configuration)
    place = layer.place.appending(.activation)
    owner = layer.owner
    group = layer.group + "/activation"
  }

  /// An error at this layer.
  func failure(_ problem: ModelProblem) -> ModelError {
    ModelError(file: configuration.file, layerPlace(name), problem)
  }

  /// The class of somebody's own that a description names, whatever it is called: Keras 3 says where
  /// a class comes from.
  private static func ownClass(_ description: JSONValue) -> String? {
    if let name = description["registered_name"]?.text, name.contains(">") { return name }
    guard let module = description["module"]?.text, let name = description["class_name"]?.text,
      !["keras", "tf_keras", "tensorflow"].contains(module.prefix { $0 != "." })
    else { return nil }
    return "\(module)>\(name)"
  }

  private func wrong(_ key: String, _ expected: String) -> ModelError {
    failure(
      .setting(key, found: settings[key]?.excerpt ?? "not given", expected: expected))
  }

  /// A setting that has to be a whole number within a range.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    guard let integer = settings[key]?.integer, range.contains(integer) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// The number of units of a Dense layer, as Keras 2 or 1 calls it.
  func units() throws(ModelError) -> Int {
    try integer(
      settings["units"] == nil && settings["output_dim"] != nil ? "output_dim" : "units",
      in: 1...Int(Int32.max))
  }

  /// A setting that has to be a finite number; older files wrap NumPy scalars in an object.
  func number(_ key: String, default standard: Double) throws(ModelError) -> Double {
    guard let value = settings[key] else { return standard }
    guard let number = value.number ?? value["value"]?.number, number.isFinite else {
      throw wrong(key, "a number")
    }
    return number
  }

  /// A setting that is true or false.
  func boolean(_ key: String, default standard: Bool) throws(ModelError) -> Bool {
    guard let value = settings[key] else { return standard }
    guard let boolean = value.boolean else { throw wrong(key, "true or false") }
    return boolean
  }

  /// A setting that is a number or a list of them, nested or not.
  func numbers(_ key: String, default standard: [Double]) throws(ModelError) -> [Double] {
    guard let value = settings[key] else { return standard }
    guard let numbers = value.flatNumbers, !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
      throw wrong(key, "numbers")
    }
    return numbers
  }

  /// The dimensions of a sample that the layer says it takes: `batch_shape` without its first
  /// entry; `nil` if it does not say, or leaves one open.
  func sampleShape() throws(ModelError) -> [Int]? {
    for key in ["batch_shape", "batch_input_shape"] {
      guard let shape = settings[key] else { continue }
      guard let dimensions = shape.sampleDimensions else {
        throw wrong(key, "dimensions of 1 or more")
      }
      return dimensions.contains(-1) ? nil : dimensions
    }
    return nil
  }

  /// The dimensions that a Reshape layer gives samples of `count` numbers.
  func targetShape(count: Int) throws(ModelError) -> [Int] {
    let target = try numbers("target_shape", default: []).map { Int(exactly: $0) ?? 0 }
    let fixed = target.filter { $0 != -1 }
    guard let product = checkedProduct(fixed), target.count - fixed.count <= 1 else {
      throw wrong("target_shape", "dimensions of 1 or more")
    }
    let shape = target.map { $0 == -1 ? count / product : $0 }
    let found = fixed.count == target.count ? product : count / product * product
    guard found == count else {
      throw failure(.widthMismatch(found: found, expected: count))
    }
    return shape
  }

  /// The axes a layer acts on, as indices into a sample's `rank` dimensions: axis 0 is the batch.
  func axes(_ key: String = "axis", rank: Int, default standard: [Int]) throws(ModelError) -> [Int]
  {
    guard let value = settings[key] else { return standard }
    // None: one number for all axes.
    if value == .list([]) { return [] }
    let axes = try numbers(key, default: []).map { (value) throws(ModelError) in
      let axis = Int(exactly: value).map { $0 < 0 ? $0 + rank : $0 - 1 } ?? -1
      guard (0..<rank).contains(axis) else { throw wrong(key, "an axis of \(rank) dimensions") }
      return axis
    }
    guard Set(axes).count == axes.count else { throw wrong(key, "different axes") }
    return axes
  }
}

/// The product of dimensions of 1 or more; `nil` if one is not, or no sample could be as large.
func checkedProduct(_ dimensions: [Int]) -> Int? {
  let largestSample = Int(Int32.max)
  var product = 1
  for dimension in dimensions {
    let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
    guard dimension > 0, !overflow, next <= largestSample else { return nil }
    product = next
  }
  return product
}

extension JSONValue {
  /// The dimensions of a sample in a list that begins with the batch's, −1 where one is `null`;
  /// `nil` if they can be none.
  var sampleDimensions: [Int]? {
    guard let list else { return nil }
    let dimensions = list.dropFirst().map { $0 == .null ? -1 : $0.integer ?? 0 }
    return checkedProduct(dimensions.filter { $0 != -1 }) == nil ? nil : dimensions
  }

  /// The numbers of a nested list in order, `nil` if there is anything else in it.
  var flatNumbers: [Double]? {
    switch self {
    case .number(let number): return [number]
    case .list(let list):
      var numbers: [Double] = []
      for member in list {
        guard let inner = member.flatNumbers else { return nil }
        numbers += inner
      }
      return numbers
    default: return nil
    }
  }
}
