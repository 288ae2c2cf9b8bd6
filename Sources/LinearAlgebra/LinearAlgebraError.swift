/// An error of a decomposition about its argument.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// The matrix holds a number that is not finite.
  case notFinite(routine: String)
  /// The iteration inside a LAPACK routine did not converge.
  case noConvergence(routine: String, info: Int)

  /// The problem, for a person.
  public var description: String {
    switch self {
    case .notFinite(let routine):
      "\(routine): the matrix holds a number that is not finite"
    case .noConvergence(let routine, let info):
      "\(routine): no convergence (LAPACK info \(info))"
    }
  }
}

extension Matrix {
  /// LAPACK loops or returns nonsense on NaN and infinity, so no decomposition starts on them.
  func checkFinite(_ routine: String) throws(LinearAlgebraError) {
    guard storage.allSatisfy(\.isFinite) else { throw .notFinite(routine: routine) }
  }
}
