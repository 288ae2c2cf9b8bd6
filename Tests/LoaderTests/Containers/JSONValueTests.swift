import Testing

@testable import Loader

@Suite struct JSONTests {
  @Test("what Python's json writes is read, NaN and infinities included")
  func python() throws {
    let text = #"""
      {"a": null, "b": [true, false, -1.5e3, 7], "c": "gr\u00f6\u00dfe \"x\" \\ [{", "d": NaN,
       "e": [Infinity, -Infinity], "f": {}, "g": 4611686018427387904}
      """#
    let value = try JSONValue(parsing: text)
    #expect(value["a"] == nil)
    #expect(value["b"] == .list([.boolean(true), .boolean(false), .number(-1500), .number(7)]))
    #expect(value["c"]?.text == #"größe "x" \ [{"#)
    #expect(value["d"]?.number?.isNaN == true)
    #expect(value["e"] == .list([.number(.infinity), .number(-.infinity)]))
    #expect(value["f"] == .object([:]))
    #expect(value["g"]?.integer == 1 << 62)
  }

  @Test(
    "what is no JSON throws",
    arguments: [
      "", "{", "[1, 2", "{\"a\" 1}", "[1] [2]", "nul", "\"abc", "{'a': 1}", "[1] // one",
      "[1, /* \" */ 2]", "]", "[}", "1e+", "[1.5E-]", "{\"a\": 1.e+}", "+1", "0x10", "[.5]",
      "{a: 1}",
    ])
  func invalid(_ text: String) {
    #expect(throws: ModelProblem.notJSON) { try JSONValue(parsing: text) }
  }

  @Test("brackets may be 128 deep, and a hundred thousand do no harm")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(128))
    for depth in [129, 100_000] {
      #expect(throws: ModelProblem.nestedTooDeep(limit: 128)) {
        try JSONValue(parsing: nested(depth))
      }
      #expect(throws: ModelProblem.nestedTooDeep(limit: 128)) {
        try JSONValue(parsing: #"{"a\\": "\"", "b": "# + nested(depth) + "}")
      }
    }
    // Brackets inside text do not count.
    _ = try JSONValue(parsing: "\"" + nested(100_000) + "\"")
  }
}
