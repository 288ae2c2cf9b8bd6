internal import Networks

extension KerasLayer {
  /// The activation that a function called in a functional model is: `ops.relu(x)` in Keras 3, where
  /// it has a class of its own, or `tf.nn.relu(x)` in Keras 2, where it is a `TFOpLambda`.
  ///
  /// - Returns: `nil` if it is no function, or none that is an activation.
  func operation() throws(ModelError) -> Activation? {
    if className == "TFOpLambda" { return try tensorFlowOperation() }
    switch className {
    case "LeakyRelu": return .leakyReLU(try number("negative_slope", default: 0.2))
    case "Elu": return .elu(alpha: try number("alpha", default: 1))
    case "Celu": return .celu(alpha: try number("alpha", default: 1))
    case "Gelu": return .gelu(approximate: try boolean("approximate", default: true))
    case "LogSoftmax":
      guard settings["axis"]?.number ?? -1 == -1 else {
        throw failure(.axis(settings["axis"]?.excerpt ?? ""))
      }
      return .logSoftmax
    default: return Self.operations[className]
    }
  }

  private static let operations: [String: Activation] = [
    "Relu": .relu, "Relu6": .relu6, "Sigmoid": .sigmoid, "Softplus": .softplus,
    "Softsign": .softsign, "SparsePlus": .sparsePlus, "Silu": .silu, "LogSigmoid": .logSigmoid,
    "HardSigmoid": .hardSigmoid, "HardSilu": .hardSilu, "Selu": .selu, "TanhShrink": .tanhShrink,
    "HardTanh": .hardTanh, "SparseSigmoid": .sparseSigmoid, "Tanh": .tanh, "Exp": .exponential,
    "Squareplus": .squareplus, "Mish": .mish,
  ]

  private static let tensorFlowOperations: [String: Activation] = [
    "nn.relu": .relu, "nn.relu6": .relu6, "nn.elu": .elu(alpha: 1), "nn.selu": .selu,
    "nn.leaky_relu": .leakyReLU(0.2), "nn.silu": .silu, "nn.swish": .silu,
    "nn.gelu": .gelu(approximate: false), "nn.sigmoid": .sigmoid, "math.sigmoid": .sigmoid,
    "nn.tanh": .tanh, "math.tanh": .tanh, "tanh": .tanh, "sigmoid": .sigmoid,
    "nn.softplus": .softplus, "math.softplus": .softplus, "nn.softsign": .softsign,
    "math.exp": .exponential, "exp": .exponential, "nn.softmax": .softmax,
    "nn.log_softmax": .logSoftmax, "math.log_sigmoid": .logSigmoid,
  ]

  /// A function of TensorFlow with the arguments it was called with.
  private func tensorFlowOperation() throws(ModelError) -> Activation? {
    guard let name = settings["function"]?.text, let activation = Self.tensorFlowOperations[name]
    else { return nil }
    var arguments = callArguments
    let number = arguments.removeValue(forKey: "alpha")?.number
    let approximate = arguments.removeValue(forKey: "approximate")?.boolean
    arguments.removeValue(forKey: "name")
    if arguments.removeValue(forKey: "axis").map({ $0.number != -1 && $0 != .null }) == true {
      return nil
    }
    guard arguments.isEmpty else { return nil }
    switch activation {
    case .leakyReLU(0.2): return .leakyReLU(number ?? 0.2)
    case .gelu: return .gelu(approximate: approximate ?? false)
    default: return number == nil ? activation : nil
    }
  }

  /// The arguments beside the tensor in Keras 2's `inbound_nodes`: `["dense", 0, 0, {"alpha":
  /// 0.01}]`.
  private var callArguments: [String: JSONValue] {
    var node = nodes?.first
    while let list = node?.list {
      if case .object(let arguments)? = list.last, list.count == 4 { return arguments }
      node = list.first
    }
    return [:]
  }
}
