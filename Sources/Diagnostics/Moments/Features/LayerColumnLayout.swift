public import Networks

/// Which columns of `LayerColumns` hold what.
public struct LayerColumnLayout: Equatable, Sendable {
  /// The columns of each layer's inputs.
  public let inputs: [Range<Int>]
  /// The columns of the desired updates of each layer's preactivations.
  public let desiredUpdates: [Range<Int>]

  /// The number of columns.
  public var width: Int { desiredUpdates.last?.upperBound ?? 0 }

  /// The layout for a network.
  public init<Scalar>(of network: Network<Scalar>) {
    var (inputs, desiredUpdates) = ([Range<Int>](), [Range<Int>]())
    var first = 0
    for layer in network.layers {
      inputs.append(first..<first + layer.inputs)
      first += layer.inputs
      desiredUpdates.append(first..<first + layer.outputs)
      first += layer.outputs
    }
    (self.inputs, self.desiredUpdates) = (inputs, desiredUpdates)
  }
}
