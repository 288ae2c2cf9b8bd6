extension Activation {
  /// Keras's name, with the parameters that differ from what the name alone means.
  public var name: String {
    switch self {
    case .relu: "relu"
    case .relu6: "relu6"
    case .rectifier(0.2, .infinity, 0): "leaky_relu"
    case .rectifier(let slope, .infinity, 0): "leaky_relu(\(short(slope)))"
    case .rectifier(let slope, let maximum, let threshold):
      "relu("
        + [
          slope == 0 ? nil : "negative_slope=\(short(slope))",
          maximum == .infinity ? nil : "max_value=\(short(maximum))",
          threshold == 0 ? nil : "threshold=\(short(threshold))",
        ].compactMap { $0 }.joined(separator: ", ") + ")"
    case .elu(let alpha): alpha == 1 ? "elu" : "elu(\(short(alpha)))"
    case .celu(let alpha): alpha == 1 ? "celu" : "celu(\(short(alpha)))"
    case .gelu(let approximate): approximate ? "gelu(approximate=true)" : "gelu"
    case .hardSigmoidKeras2: "hard_sigmoid(keras 2)"
    case .linear: "linear"
    case .selu: "selu"
    case .silu: "silu"
    case .hardSilu: "hard_silu"
    case .quickGelu: "quick_gelu"
    case .mish: "mish"
    case .tanh: "tanh"
    case .tanhShrink: "tanh_shrink"
    case .hardTanh: "hard_tanh"
    case .softsign: "softsign"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hard_sigmoid"
    case .sparseSigmoid: "sparse_sigmoid"
    case .logSigmoid: "log_sigmoid"
    case .softplus: "softplus"
    case .sparsePlus: "sparse_plus"
    case .squareplus: "squareplus"
    case .exponential: "exponential"
    case .softShrink: "soft_shrink"
    case .hardShrink: "hard_shrink"
    case .softmax: "softmax"
    case .logSoftmax: "log_softmax"
    case .sparsemax: "sparsemax"
    }
  }

  /// The function a Keras file means by a name, with the parameters the name alone implies.
  ///
  /// `nil` for an unknown name, and for the two that are no function of one row of the same width:
  /// `threshold`, which needs two arguments, and `glu`, which halves the row.
  ///
  /// - Parameters:
  ///   - kerasName: the string in the file, an alias (`swish`) included.
  ///   - kerasMajorVersion: of the Keras that wrote the file: `hard_sigmoid` changed with 3.
  public init?(kerasName: String, kerasMajorVersion: Int) {
    let alias = Self.aliases[kerasName] ?? kerasName
    guard let activation = Self.named.first(where: { $0.name == alias }) else { return nil }
    self =
      activation == .hardSigmoid && kerasMajorVersion < 3 ? .hardSigmoidKeras2 : activation
  }

  /// The function a user means by a name, as `name` gives it: Keras 3's, with the parameter in
  /// brackets where it is another than Keras's, as in `leaky_relu(0.01)`.
  public init?(written text: String) {
    let name = text.lowercased()
    if let activation = Activation(kerasName: name, kerasMajorVersion: 3) ?? Self.others[name] {
      self = activation
      return
    }
    if let activation = Self.parameterized(name) {
      self = activation
      return
    }
    return nil
  }

  /// A name with its parameters in brackets, as `name` gives it.
  private static func parameterized(_ text: String) -> Activation? {
    let parts = text.split(separator: "(", maxSplits: 1)
    guard parts.count == 2, parts[1].last == ")" else { return nil }
    let parameter = Double(parts[1].dropLast())
    switch (parts[0], parameter) {
    case ("leaky_relu", let slope?) where slope.isFinite: return .leakyReLU(slope)
    case ("elu", let alpha?) where alpha.isFinite: return .elu(alpha: alpha)
    case ("celu", let alpha?) where alpha.isFinite && alpha > 0: return .celu(alpha: alpha)
    case ("gelu", nil) where parts[1] == "approximate=true)": return .gelu(approximate: true)
    case ("hard_sigmoid", nil) where parts[1].filter { $0 != " " } == "keras2)":
      return .hardSigmoidKeras2
    case ("relu", nil): return rectifier(parts[1].dropLast())
    default: return nil
    }
  }

  /// `negative_slope=0.1, max_value=6, threshold=1`, each of them or none.
  private static func rectifier(_ text: Substring) -> Activation? {
    var numbers = ["negative_slope": 0.0, "max_value": Double.infinity, "threshold": 0.0]
    for part in text.split(separator: ",") {
      let words = part.split(separator: "=").map { $0.filter { $0 != " " } }
      guard words.count == 2, numbers[words[0]] != nil, let number = Double(words[1]),
        number.isFinite
      else { return nil }
      numbers[words[0]] = number
    }
    return .rectifier(
      negativeSlope: numbers["negative_slope"] ?? 0, maximum: numbers["max_value"] ?? .infinity,
      threshold: numbers["threshold"] ?? 0)
  }

  /// Every name that stands alone.
  public static var allNames: [String] { named.map(\.name) }

  /// Everything a name alone can mean.
  static let named: [Activation] = [
    .linear, .relu, .relu6, .leakyReLU(0.2), .elu(alpha: 1), .selu, .celu(alpha: 1),
    .gelu(approximate: false), .silu, .hardSilu, .mish, .tanh, .tanhShrink, .hardTanh, .softsign,
    .sigmoid, .hardSigmoid, .sparseSigmoid, .logSigmoid, .softplus, .sparsePlus, .squareplus,
    .exponential, .softShrink, .hardShrink, .softmax, .logSoftmax, .sparsemax,
  ]

  /// Names of PyTorch and Transformers.
  private static let others: [String: Activation] = [
    "identity": .linear, "none": .linear, "gelu_new": .gelu(approximate: true),
    "gelu_pytorch_tanh": .gelu(approximate: true), "gelu_tanh": .gelu(approximate: true),
    "gelu_fast": .gelu(approximate: true), "quick_gelu": .quickGelu, "hardswish": .hardSilu,
    "hardtanh": .hardTanh, "hardsigmoid": .hardSigmoid, "logsigmoid": .logSigmoid,
    "logsoftmax": .logSoftmax, "tanhshrink": .tanhShrink, "hardshrink": .hardShrink,
    "softshrink": .softShrink, "logistic": .sigmoid,
  ]

  private static let aliases = ["swish": "silu", "hard_swish": "hard_silu"]
}

/// The shortest decimal of a parameter; files of Keras 2 hold 0.3 as 0.30000001192092896.
private func short(_ parameter: Double) -> String { Float(parameter).description }
