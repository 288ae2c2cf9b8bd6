internal import Networks

extension KerasLayer {
  /// The function a layer applies: its `activation` setting, or what the layer itself is. `major` is
  /// the version of the Keras that wrote the file.
  func activation(major: Int) throws(ModelError) -> Activation {
    if let operation = try operation() { return operation }
    // It follows as a layer of its own.
    if try activationWithWeights() != nil { return .linear }
    switch className {
    case "ReLU":
      return .rectifier(
        negativeSlope: try number("negative_slope", default: 0),
        maximum: try number("max_value", default: .infinity),
        threshold: try number("threshold", default: 0))
    case "LeakyReLU":
      // Keras 2 says `alpha`, and Keras 3 reads either.
      let slope = try number("alpha", default: 0.3)
      return .leakyReLU(try number("negative_slope", default: slope))
    case "ELU": return .elu(alpha: try number("alpha", default: 1))
    case "Softmax":
      let axis = settings["axis"] ?? .number(-1)
      // A sample has one dimension here, so that axis 1 is the last.
      guard axis.number == -1 || axis.number == 1 || axis == .list([.number(-1)]) else {
        throw failure(.axis(axis.excerpt))
      }
      return .softmax
    default: return try activation(settings["activation"], major: major)
    }
  }

  private func activation(_ value: JSONValue?, major: Int) throws(ModelError) -> Activation {
    guard let value else { return .linear }
    if let name = value.text {
      if name.contains(">") { throw failure(.customActivation(name)) }
      guard let activation = Activation(kerasName: name, kerasMajorVersion: major) else {
        throw failure(.unknownActivation(name))
      }
      return activation
    }
    // An object: a layer that serves as activation, or a function of the author's own.
    let className = value["class_name"]?.text ?? value.excerpt
    if className == "function" {
      throw failure(.customActivation(value["config"]?.text ?? "function"))
    }
    let inner = try KerasLayer(value, in: configuration)
    guard Self.activations.contains(className) else {
      throw failure(
        className.contains(">") ? .customActivation(className) : .unknownActivation(className))
    }
    // Errors name the layer that is in the model, not the one inside it.
    return try KerasLayer(inner, named: name).activation(major: major)
  }

  /// The layer that serves as activation and has weights of its own, a PReLU.
  func activationWithWeights() throws(ModelError) -> KerasLayer? {
    guard let activation = settings["activation"], activation["class_name"]?.text == "PReLU" else {
      return nil
    }
    return try KerasLayer(activation: activation, of: self)
  }

  private init(_ layer: KerasLayer, named name: String) {
    configuration = layer.configuration
    self.name = name
    className = layer.className
    settings = layer.settings
    nodes = nil
  }
}
