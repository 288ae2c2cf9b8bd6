internal import LinearAlgebra

// A diagnosis looks at what a pass leaves behind and not at how it came about: what another program
// recorded of its own pass serves as well.

extension Pass {
  /// Empty buffers for samples that went through the network elsewhere, forward and back.
  ///
  /// - Parameter network: its shapes and functions; its weights are not looked at.
  package init(recordingOf network: Network<Scalar>) {
    self.init(network, nil)
  }

  /// Takes rows of a recording, each laid out as `Network.recordedCount` says.
  mutating func take(_ recorded: Matrix<Float>, rows: [Int]?) {
    var first = 0
    for (index, layer) in network.layers.enumerated() {
      inputs[index].setAugmentedRows(recorded, columns: first..<first + layer.inputs, at: rows)
      first += layer.inputs
    }
    for (index, layer) in network.layers.enumerated() {
      desiredUpdates[index].setAugmentedRows(
        recorded, columns: first..<first + layer.outputs, at: rows)
      first += layer.outputs
    }
    precondition(first == recorded.columns, "\(recorded.columns) numbers recorded, not \(first)")
  }
}

extension Network {
  /// The number of values recorded for each sample.
  ///
  ///     b_0 | b_1 | … | b_{L−1} | v_1 | v_2 | … | v_L
  ///
  /// First the inputs of each layer, without the constant 1 of a bias, then the desired updates.
  public var recordedCount: Int { layers.reduce(0) { $0 + $1.inputs + $1.outputs } }
}
