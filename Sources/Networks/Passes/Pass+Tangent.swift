package import LinearAlgebra

// The derivative of the preactivations by the weights, J, as a pair of linear maps on the block that
// went forward: never as a matrix, which would have a row for each sample and output.

extension Pass {
  /// `J δθ`: what a change of the first layers' weights does to the preactivations, to first order.
  ///
  ///     δA_l = [B_{l−1} 1] δW_l + δB_{l−1} K_l      δB_l = B_l' δA_l
  ///
  /// `[B 1]` are the `inputs` as they stand: if a reference point has been taken off them, δW is a
  /// change of the weights for such inputs. `forward` must have been differentiating.
  ///
  /// - Parameters:
  ///   - weightUpdates: δW of the layers from the first to a target, `(inputs + 1) × outputs` each.
  ///   - changes: one buffer for each of those layers; set to δB, the last to δA, the result,
  ///     samples × outputs.
  package func pushForward(
    _ weightUpdates: [Matrix<Scalar>], into changes: inout [Matrix<Scalar>]
  ) {
    precondition(weightUpdates.count == changes.count, "as many buffers as weight updates")
    for index in changes.indices {
      changes[index].setRowCount(sampleCount)
      changes[index].setProduct(inputs[index], weightUpdates[index])
      if index > 0 {
        let layer = network.layers[index]
        changes[index].addProduct(changes[index - 1], layer.weights, firstRows: layer.inputs)
      }
      if index < changes.count - 1 { derivatives[index].pushForward(&changes[index]) }
    }
  }

  /// Carries numbers at the preactivations of a target layer back to those of the layers before it.
  ///
  ///     U_{l−1} = B'_{l−1}ᵀ (U_l K_lᵀ)
  ///
  /// The gradients `[B_{l−1} 1]ᵀ U_l` are then `Jᵀ U`.
  ///
  /// - Parameter rows: one matrix, samples × outputs, for each layer from the first to the target;
  ///   the last is U, the others are set.
  package func pullBack(_ rows: inout [Matrix<Scalar>]) {
    network.pullBack(&rows, derivatives: derivatives)
  }
}

extension Network {
  /// The way back of `Pass.pullBack(_:)` as far as a layer, given ∂B/∂A of each hidden layer.
  func pullBack(
    _ rows: inout [Matrix<Scalar>], to first: Int = 0, derivatives: [StageDerivative<Scalar>]
  ) {
    for index in stride(from: rows.count - 1, to: first, by: -1) {
      rows[index - 1].setRowCount(rows[index].rows)
      rows[index - 1].setProduct(
        rows[index], transposed: layers[index].weights, firstRows: layers[index].inputs)
      derivatives[index - 1].pullBack(&rows[index - 1])
    }
  }
}
