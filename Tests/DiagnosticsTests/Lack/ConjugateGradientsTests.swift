@testable import Diagnostics
import LinearAlgebra
import TestSupport
import Testing

@Suite("Conjugate gradients")
struct ConjugateGradientsTests {
  /// Least squares on a matrix that is at hand: 30 rows, whose columns the steps' products use.
  private struct Problem {
    let columns: Matrix<Double>
    let targets: Matrix<Double>

    func solve(steps: Int) -> (solver: ConjugateGradients, meanSquare: Double) {
      let count = Double(columns.rows)
      var solver = ConjugateGradients(
        gradient: (1 / count) * columns.transposedTimes(targets),
        meanSquare: targets.squaredNorm / count, rounding: .ulpOfOne)
      for _ in 0..<steps where !solver.isExhausted {
        let rows = columns.times(solver.direction)
        solver.step(
          squaredNorm: rows.squaredNorm / count,
          change: (1 / count) * columns.transposedTimes(rows))
      }
      let left = targets - columns.times(solver.solution)
      return (solver, left.squaredNorm / count)
    }
  }

  private func problem(seed: Int, rank: Int) -> Problem {
    var random = SeededGenerator(seed: seed)
    let basis = random.normalMatrix(30, rank)
    return Problem(
      columns: basis.times(random.normalMatrix(rank, 12)), targets: random.normalMatrix(30, 2))
  }

  @Test("reach the least squares in about as many steps as unknowns", arguments: 0..<4)
  func fullRank(seed: Int) {
    let problem = problem(seed: seed, rank: 12)
    let residual = leastSquaresResidual(of: problem.targets, on: problem.columns)
    let (solver, meanSquare) = problem.solve(steps: 100)
    expectClose(meanSquare, residual.squaredNorm / 30, relative: 1e-10)
    #expect(solver.isExhausted)
    #expect(solver.remainingDecrease == 0)
  }

  @Test("stop where only rounding is left, also when columns depend on others", arguments: 0..<4)
  func dependent(seed: Int) {
    let problem = problem(seed: seed, rank: 5)
    let residual = leastSquaresResidual(of: problem.targets, on: problem.columns)
    let (solver, meanSquare) = problem.solve(steps: 10_000)
    expectClose(meanSquare, residual.squaredNorm / 30, relative: 1e-10)
    #expect(solver.isExhausted && solver.decreases.count < 100)
  }

  @Test("the decreases add up to what the mean square has fallen by", arguments: [1, 3, 6, 9])
  func decreases(steps: Int) {
    let problem = problem(seed: 9, rank: 12)
    let (solver, meanSquare) = problem.solve(steps: steps)
    #expect(solver.decreases.count == steps)
    #expect(solver.decreases.allSatisfy { $0 > 0 })
    expectClose(
      problem.targets.squaredNorm / 30 - solver.decreases.reduce(0, +), meanSquare,
      relative: 1e-12)
    expectClose(solver.meanSquare, meanSquare, relative: 1e-12)
  }

  @Test("estimate what is left from what the last doublings of the steps brought")
  func remainder() {
    let problem = problem(seed: 2, rank: 12)
    let early = problem.solve(steps: 7)
    expectClose(early.solver.remainingDecrease, early.meanSquare, relative: 1e-12)
    for steps in 8...11 {
      let (solver, meanSquare) = problem.solve(steps: steps)
      let last = solver.decreases[(steps / 2)...].reduce(0, +)
      #expect(solver.remainingDecrease >= min(last, meanSquare * (1 - 1e-12)))
      #expect(solver.remainingDecrease <= meanSquare * (1 + 1e-12))
    }
  }
}
