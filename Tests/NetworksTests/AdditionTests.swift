import LinearAlgebra
import Networks
import Testing

@Suite struct AdditionTests {
  @Test("Fan-in and fan-out are balanced, and the function stays the same to the last bit")
  func balance() {
    let addition = Addition(
      layer: 0,
      fanIn: Matrix(rows: 3, columns: 2, storage: [300, 0.5, -40, 0.25, 10, 1]),
      fanOut: Matrix(rows: 2, columns: 2, storage: [0.01, 0.02, 0, 0]),
      weightUpdate: Matrix(rows: 3, columns: 2))
    let balanced = addition.balanced
    func norm(_ numbers: [Double]) -> Double {
      numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    #expect(balanced.layer == 0 && balanced.weightUpdate == addition.weightUpdate)
    let (inward, outward) = (
      norm(balanced.fanIn.column(0)), norm(Array(balanced.fanOut.storage.prefix(2)))
    )
    #expect((0.25...4).contains(inward / outward))
    // A unit that says nothing stays as it is.
    #expect(balanced.fanIn.column(1) == addition.fanIn.column(1))
    for (row, x) in [[0.3, -1, 1], [2, 0.1, 1]].enumerated() {
      func answer(_ addition: Addition) -> Double {
        let preactivation = (0..<3).reduce(0) { $0 + addition.fanIn[$1, 0] * x[$1] }
        return max(0, preactivation) * addition.fanOut[0, 1]
      }
      #expect(answer(balanced) == answer(addition), "row \(row)")
    }
  }
}
