import LinearAlgebra
import Networks

/// Prints what an activation with its derivative costs, and a loss with its gradient.
func printFunctionTimes() {
  let count = 1 << 16
  print("| function | ns per number, Float | Double |")
  print("|---|---:|---:|")
  for activation: Activation in [
    .relu, .tanh, .sigmoid, .elu(alpha: 1), .selu, .gelu(approximate: false),
    .gelu(approximate: true), .silu, .softplus,
  ] {
    let times = (
      time(count) { (values: inout [Float], slopes: inout [Float]) in
        activation.apply(to: &values, scalingDerivatives: &slopes)
      },
      time(count) { (values: inout [Double], slopes: inout [Double]) in
        activation.apply(to: &values, scalingDerivatives: &slopes)
      }
    )
    print("| \(activation.name) | \(tenths(times.0)) | \(tenths(times.1)) |")
  }
  let targets = Targets<Float>.labels((0..<count / 10).map { $0 % 10 })
  var losses: [Double] = []
  let seconds = time(count / 10 * 10) { (values: inout [Float], slopes: inout [Float]) in
    var gradients = Matrix(rows: count / 10, columns: 10, storage: slopes)
    Loss.sparseCategoricalCrossentropy(fromLogits: true).evaluate(
      predictions: Matrix(rows: count / 10, columns: 10, storage: values), targets: targets,
      losses: &losses, gradients: &gradients)
  }
  print("| softmax, cross-entropy and gradient, 10 classes | \(tenths(seconds)) | |")
}

/// Nanoseconds per number, of the fastest of several runs on numbers in random order.
private func time<Scalar: BLASScalar>(
  _ count: Int, _ work: (inout [Scalar], inout [Scalar]) -> Void
) -> Double {
  var random = SeededGenerator(seed: 2)
  let numbers = (0..<count).map { _ in Scalar(Double.random(in: -4...4, using: &random)) }
  let ones = [Scalar](repeating: 1, count: count)
  var best = Double.infinity
  for _ in 0..<20 {
    var (values, slopes) = (numbers, ones)
    values[0] = 1  // Makes the copies before the clock starts.
    slopes[0] = 1
    let start = ContinuousClock.now
    work(&values, &slopes)
    best = min(best, (ContinuousClock.now - start) / .nanoseconds(1))
  }
  return best / Double(count)
}
