/// One way to go on from a trained network.
package struct ComparisonWay: Equatable, Sendable {
  /// The change of the network before it is trained on.
  package let method: Method
  /// The hidden layer that grows, counted from 0; `nil` if none does.
  package let layer: Int?
  /// The name of that layer.
  package let layerName: String?
  /// The number of new units there.
  package let neurons: Int

  /// A change of a network before it is trained on.
  package enum Method: Equatable, Sendable {
    /// Nothing.
    case none
    /// The neurons of the diagnosis. `amplitude` multiplies their fan-out and the weight update beside
    /// them, as the diagnosis has them, and `fanInScale` their fan-in.
    case tiny(amplitude: Double, fanInScale: Double)
    /// Units of zero fan-in and the largest gradient.
    case gradmax
    /// Units of random fan-in and zero fan-out.
    case random
    /// Copies of units, with a little noise.
    case net2wider
    /// A new network of the final width takes its place; without a layer that grows, one of the
    /// present widths.
    case scratch

    /// Its name in reports.
    package var name: String {
      switch self {
      case .none: "none"
      case .tiny: "tiny"
      case .gradmax: "gradmax"
      case .random: "random"
      case .net2wider: "net2wider"
      case .scratch: "scratch"
      }
    }

    /// In words, with what is special about it.
    var description: String {
      guard case .tiny(let amplitude, let scale) = self else {
        return self == .scratch ? "from scratch" : name
      }
      let strength: String? =
        amplitude == 1 ? nil : amplitude == 0 ? "silent" : "at \(amplitude)"
      let parts = [strength, scale == 1 ? nil : "fan-in \(scale)"].compactMap { $0 }
      return ([name] + parts).joined(separator: ", ")
    }

    /// Whether the network that was trained is kept and gets new units.
    package var grows: Bool { self != .none && self != .scratch }

    /// Whether it draws random numbers.
    var isRandom: Bool {
      switch self {
      case .random, .net2wider, .scratch: true
      case .none, .tiny, .gradmax: false
      }
    }
  }

  /// A new network of the present widths.
  static let anew = ComparisonWay(method: .scratch, layer: nil, layerName: nil, neurons: 0)

  /// The way in words: `hidden +6 tiny, silent`.
  package var name: String {
    guard let layerName else { return method == .scratch ? "from scratch" : "as it is" }
    return "\(layerName) +\(neurons) \(method.description)"
  }

  /// Amplitudes and fan-in scales at which the neurons of the diagnosis are tried: those that `grow`
  /// chooses from. With an amplitude of 0 they are silent: no output changes, and training finds their
  /// fan-out.
  static let variants: [(amplitude: Double, fanInScale: Double)] = [(1, 1), (0, 1), (0, 0.3)]
}
