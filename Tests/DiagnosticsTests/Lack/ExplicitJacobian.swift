import LinearAlgebra
import Networks
import TestSupport

/// ∂a_target / ∂θ as a matrix: a row for each sample and output, a column for each weight and bias
/// of the layers up to the target.
///
/// Written out number by number, with nothing of the library but the activations' slopes.
func explicitJacobian(
  _ network: Network<Double>, _ samples: ArraySamples, target: Int
) -> Matrix<Double> {
  let outputs = network.layers[target].outputs
  let starts = network.layers[...target].reduce(into: [0]) { starts, layer in
    starts.append(starts[starts.count - 1] + layer.weights.rows * layer.weights.columns)
  }
  var jacobian = Matrix<Double>(
    rows: samples.sampleCount * outputs, columns: starts[starts.count - 1])
  for sample in 0..<samples.sampleCount {
    var unit = (0..<samples.inputCount).map { Double(samples.inputs[sample, $0]) }
    for stage in network.preprocessing { unit = unit.indices.map { stage.at(unit[$0], $0).value } }
    // inputs[l] is b_{l−1} with its 1, slopes[l] is ∂b_l / ∂a_l.
    var inputs: [[Double]] = []
    var slopes: [[Double]] = []
    for (index, layer) in network.layers[...target].enumerated() {
      inputs.append(unit + (layer.hasBias ? [1] : []))
      var values: [Double] = []
      var derivatives: [Double] = []
      for output in 0..<layer.outputs {
        var value = 0.0
        for row in 0..<layer.weights.rows {
          value += inputs[inputs.count - 1][row] * layer.weights[row, output]
        }
        var derivative = 1.0
        for stage in layer.stages where index < target {
          let after = stage.at(value, output)
          derivative *= after.slope
          value = after.value
        }
        values.append(value)
        derivatives.append(derivative)
      }
      slopes.append(derivatives)
      unit = values
    }
    for output in 0..<outputs {
      var sensitivity = (0..<outputs).map { $0 == output ? 1.0 : 0 }
      for index in stride(from: target, through: 0, by: -1) {
        let layer = network.layers[index]
        for row in 0..<layer.weights.rows {
          for column in 0..<layer.outputs {
            jacobian[sample * outputs + output, starts[index] + row * layer.outputs + column] =
              inputs[index][row] * sensitivity[column]
          }
        }
        guard index > 0 else { break }
        sensitivity = (0..<layer.inputs).map { row in
          var sum = 0.0
          for column in 0..<layer.outputs {
            sum += layer.weights[row, column] * sensitivity[column]
          }
          return sum * slopes[index - 1][row]
        }
      }
    }
  }
  return jacobian
}

extension Stage<Double> {
  /// What the stage makes of one number of a unit, and its slope there.
  fileprivate func at(_ number: Double, _ unit: Int) -> (value: Double, slope: Double) {
    switch self {
    case .activation(let activation):
      (activation.value(at: number), activation.slope(at: number, from: .left))
    case .affine(let affine):
      (
        (number - affine.center[unit]) * affine.scale[unit] + affine.offset[unit],
        affine.scale[unit]
      )
    case .parametricReLU(let slopes):
      number > 0 ? (number, 1) : (slopes[unit] * number, slopes[unit])
    case .layerNormalization: preconditionFailure("acts on whole rows")
    }
  }
}

/// Ψ at a layer over all weights up to it, by least squares on the explicit Jacobian.
func explicitLack(
  _ network: Network<Double>, _ objective: Objective<Double>, _ samples: ArraySamples,
  target: Int
) -> Double {
  let updates = Explicit(network, objective, samples).desiredUpdates[target]
  let residual = leastSquaresResidual(
    of: Matrix(rows: updates.storage.count, columns: 1, storage: updates.storage),
    on: explicitJacobian(network, samples, target: target))
  return residual.squaredNorm / Double(samples.sampleCount)
}
