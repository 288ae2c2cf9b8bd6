package import Diagnostics
import LinearAlgebra
package import Networks

/// Where the same number of new neurons may begin, for training to go on from.
///
/// No formula tells which beginning ends lowest: a short training does.
package struct Beginning: Equatable, Sendable {
  /// What is special about it.
  package let kind: Kind
  /// The neurons, with the amplitudes of a line search multiplied out.
  package let addition: Addition
  /// How far along them they begin.
  package let amplitudes: Amplitudes

  /// What is special about a beginning.
  package enum Kind: String, Sendable {
    /// The neurons of the diagnosis at the amplitudes of its line search.
    case found
    /// The same fan-in, and no fan-out: the outputs stay as they are.
    case silent
    /// Their fan-in at three tenths of its size, and no fan-out.
    case small
    /// Random fan-in, no fan-out.
    case random
    /// No fan-in, and the fan-out of the largest gradient.
    case gradmax

    /// The method by which such neurons are made.
    var method: GrowthMethod {
      switch self {
      case .found, .silent, .small: .tiny
      case .random: .random
      case .gradmax: .gradmax
      }
    }

    /// What the new neurons do, to follow their name.
    var sentence: String {
      switch self {
      case .found: "begin as they were found"
      case .silent: "begin with the fan-in that was found and no fan-out"
      case .small: "begin with 0.3 of the fan-in that was found and no fan-out"
      case .random: "begin with random fan-in and no fan-out"
      case .gradmax: "begin with no fan-in and the fan-out of the largest gradient"
      }
    }
  }

  /// Of the fan-in.
  ///
  /// In front of many inputs a fan-in that was fitted all at once can follow the training samples too
  /// closely, and training does not leave it again.
  static let smallShare = 0.3

  /// The neurons of a diagnosis at a share of their amplitudes.
  package static func found(_ neurons: NeuronsFound, share: Double = 1) -> Beginning {
    Beginning(kind: .found, addition: neurons.addition, amplitudes: share * .whole)
  }

  /// The beginnings of the neurons of a diagnosis, as they were found first.
  ///
  /// - Parameters:
  ///   - neurons: of the diagnosis.
  ///   - share: of their amplitudes, for the first.
  ///   - layer: the hidden layer, counted from 0.
  ///   - network: the network that was diagnosed.
  ///   - moments: of the diagnosis.
  ///   - seed: decides the random fan-in.
  /// - Returns: one for each kind; that of GradMax only where it can be made.
  package static func all(
    of neurons: NeuronsFound, share: Double = 1, layer: Int, in network: Network<Float>,
    moments: Moments, seed: UInt64
  ) -> [Beginning] {
    let found = neurons.addition
    func silent(_ scale: Double) -> Addition {
      Addition(layer: layer, fanIn: scale * neurons.silentFanIn, fanOut: found.fanOut)
    }
    var all = [
      .found(neurons, share: share),
      Beginning(kind: .silent, addition: silent(1), amplitudes: .zero),
      Beginning(kind: .small, addition: silent(smallShare), amplitudes: .zero),
      Beginning(
        kind: .random,
        addition: .random(layer: layer, count: found.count, of: network, seed: seed),
        amplitudes: .zero),
    ]
    // Some activations are flat at zero, and there are only so many directions.
    if let addition = try? Addition.gradmax(
      layer: layer, count: found.count, of: network, moments: moments)
    {
      all.append(Beginning(kind: .gradmax, addition: addition, amplitudes: .whole))
    }
    return all
  }
}
