import Foundation
import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Steep candidates")
struct SteepCandidatesTests {
  /// Samples of one input, and a direction of unit deviation and mean 0 in them.
  private struct Case {
    let inputs: [Double]
    let direction: [Double]
    let covariance: InputCovariance

    init(seed: Int) {
      var random = SeededGenerator(seed: seed)
      let inputs = (0..<1500).map { _ in 3 + 0.5 * random.normal() }
      let mean = inputs.reduce(0, +) / 1500
      let square = inputs.reduce(0) { $0 + $1 * $1 } / 1500
      let deviation = (square - mean * mean).squareRoot()
      self.inputs = inputs
      direction = [1 / deviation, -mean / deviation]
      covariance = InputCovariance(
        of: LayerMoments(
          reference: [0], hasBias: true,
          secondMoment: SymmetricMatrix(
            Matrix<Double>(rows: 2, columns: 2, storage: [square, mean, mean, 1])),
          crossMoment: Matrix(rows: 2, columns: 0), desiredUpdate: 0, next: nil,
          rankTolerance: 1e-12))
    }

    func fanIns(_ activation: Activation) -> [[Double]] {
      CandidateNeurons.steepFanIns(
        along: [direction], covariance: covariance,
        function: UnitFunction(stages: [Stage<Double>.activation(activation)]))
    }

    /// The share of a target's squares that tanh units and a constant leave over.
    func remainder(of target: [Double], _ fanIns: [[Double]]) -> Double {
      let columns = Matrix<Double>(rows: inputs.count, columns: fanIns.count + 1) { row, column in
        column < fanIns.count ? tanh(fanIns[column][0] * inputs[row] + fanIns[column][1]) : 1
      }
      let targets = Matrix<Double>(rows: inputs.count, columns: 1, storage: target)
      return leastSquaresResidual(of: targets, on: columns).squaredNorm / targets.squaredNorm
    }
  }

  @Test("follow a target of many periods, which units of unit deviation do not", arguments: 0..<5)
  func fastSine(seed: Int) {
    let given = Case(seed: seed)
    let target = given.inputs.map { sin(8 * ($0 - 3) / 0.5) }
    let steep = given.fanIns(.tanh)
    let flat = steep.prefix(24).map { fanIn -> [Double] in
      let slope = fanIn[0] / given.direction[0]
      return [fanIn[0] / slope, fanIn[1] / slope]
    }
    #expect(given.remainder(of: target, steep) < 0.3)
    // What one unit alone explains: that is how candidates are found. All flat ones together could
    // follow the target, too, with weights that nearly cancel.
    func most(_ fanIns: some Sequence<[Double]>) -> Double {
      1 - (fanIns.map { given.remainder(of: target, [$0]) }.min() ?? 1)
    }
    #expect(most(steep) > 5 * most(flat), "\(most(steep)), \(most(flat))")
  }

  @Test("have the slopes asked for, and thresholds even over the samples", arguments: 0..<5)
  func places(seed: Int) {
    let given = Case(seed: seed)
    let preactivations = given.fanIns(.tanh).map { fanIn in
      given.inputs.map { fanIn[0] * $0 + fanIn[1] }
    }
    var thresholds: [Double] = []
    for values in preactivations {
      let mean = values.reduce(0, +) / Double(values.count)
      let deviation =
        (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      #expect(abs(deviation - 3) < 1e-9 || abs(deviation - 8) < 1e-9)
      thresholds.append(mean / deviation)
    }
    let distances = zip(thresholds.dropFirst(), thresholds).map { $0 - $1 }
    // One series of thresholds for each of two slopes.
    #expect(distances.filter { abs($0 - 4.0 / 23) < 1e-9 }.count == thresholds.count - 2)
    #expect(abs(thresholds[0] + 2) < 1e-9)
  }

  @Test("are left out where a slope makes nothing new")
  func homogeneous() {
    #expect(Case(seed: 0).fanIns(.relu).isEmpty)
  }
}
