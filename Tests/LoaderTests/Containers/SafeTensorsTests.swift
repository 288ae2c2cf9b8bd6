import Loader
import TestSupport
import Testing

@Suite("safetensors") struct SafeTensorsTests {
  /// What is said of a file of this header and so many bytes of zeros.
  private func text(_ header: String, bytes count: Int, length: UInt64? = nil) throws -> String {
    try withTemporaryFolder { folder in
      let length = length ?? UInt64(header.utf8.count)
      let head = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      let file = head + Array(header.utf8) + [UInt8](repeating: 0, count: count)
      try write(file, to: "\(folder)/m.safetensors")
      return errorText(in: folder) {
        _ = try loadModel(at: "\(folder)/m.safetensors", ModelOptions(activations: [.linear]))
      }
    }
  }

  private func entry(_ type: String, _ shape: String, _ first: Int, _ end: Int) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(first),\#(end)]}"#
  }

  @Test("tensors have to fill the file, each with the bytes its type and shape say")
  func ranges() throws {
    let good = entry("F32", "[1,2]", 0, 8)
    #expect(try text(#"{"0.weight":\#(good)}"#, bytes: 8) == "no error")
    for (header, count) in [
      (#"{"0.weight":\#(good)}"#, 4), (#"{"0.weight":\#(entry("F32", "[1,3]", 0, 8))}"#, 8),
      (#"{"0.weight":\#(entry("F32", "[1,2]", 8, 0))}"#, 8),
      (#"{"0.weight":\#(good),"0.bias":\#(entry("F32", "[1]", 4, 8))}"#, 8),
      (#"{"0.weight":\#(entry("F32", "[4611686018427387904,9]", 0, 8))}"#, 8),
    ] {
      #expect(
        try text(header, bytes: count).contains(
          "does not take the bytes that its type and shape say"), "\(header)")
    }
    #expect(
      try text(#"{"0.weight":\#(good)}"#, bytes: 11) == """
        m.safetensors: 3 bytes belong to no tensor
          copy or download the file again, or save it again with safetensors
        """)
  }

  @Test("the header has to be inside the file, and JSON of tensors")
  func header() throws {
    let damaged = """
      m.safetensors: its header is damaged: it is not the JSON of a safetensors file
        copy or download the file again, or save it again with safetensors
      """
    #expect(try text("{}", bytes: 0, length: 99) == damaged)
    #expect(try text("{]", bytes: 0) == damaged)
    #expect(try text(#"{"__metadata__":[]}"#, bytes: 0) == damaged)
    #expect(
      try text(#"{"0.weight":7}"#, bytes: 0) == """
        m.safetensors: the header's entry 0.weight is no tensor
          copy or download the file again, or save it again with safetensors
        """)
    #expect(
      try text(#"{"0.weight":\#(entry("F8_E4M3", "[1,2]", 0, 2))}"#, bytes: 2) == """
        m.safetensors: 0.weight is of type F8_E4M3, which is not read
          save the tensors as F32, F64, F16 or BF16
        """)
    for name in ["a/../weight", "", "/weight", "./a.weight"] {
      #expect(
        try text(#"{"\#(name)":\#(entry("F32", "[1,2]", 0, 8))}"#, bytes: 8)
          .contains("the header's entry"), "\(name)")
    }
  }
}
