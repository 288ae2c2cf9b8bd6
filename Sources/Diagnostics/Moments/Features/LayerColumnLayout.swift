package import Networks

/// Which columns of `LayerColumns` hold what.
package struct LayerColumnLayout: Equatable, Sendable {
  /// The columns of each layer's inputs.
  package let inputs: [Range<Int>]
  /// The columns of the desired updates of each layer's preactivations.
  package let desiredUpdates: [Range<Int>]

  /// The number of columns.
  package var width: Int { desiredUpdates.last?.upperBound ?? 0 }

  /// The layout for a network.
  package init<Scalar>(of network: Network<Scalar>) {
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
