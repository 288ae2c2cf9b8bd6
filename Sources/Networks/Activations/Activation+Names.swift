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
    if let activation = Activation(kerasName: text, kerasMajorVersion: 3) {
      self = activation
      return
    }
    let parts = text.split(separator: "(", maxSplits: 1)
    guard parts.count == 2, parts[1].last == ")" else { return nil }
    let parameter = Double(parts[1].dropLast())
    switch (parts[0], parameter) {
    case ("leaky_relu", let slope?) where slope.isFinite: self = .leakyReLU(slope)
    case ("elu", let alpha?) where alpha.isFinite: self = .elu(alpha: alpha)
    case ("celu", let alpha?) where alpha.isFinite && alpha > 0: self = .celu(alpha: alpha)
    case ("gelu", nil) where parts[1] == "approximate=true)": self = .gelu(approximate: true)
    default: return nil
    }
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

  private static let aliases = ["swish": "silu", "hard_swish": "hard_silu"]
}

/// The shortest decimal of a parameter; files of Keras 2 hold 0.3 as 0.30000001192092896.
private func short(_ parameter: Double) -> String { Float(parameter).description }
