import Charts
import Testing

struct MarkupTests {
  @Test("Text and the values of attributes are escaped, so that nothing in them is markup")
  func hostile() {
    let name = "\"><script>alert('1')</script>&amp;"
    let element = Markup("p", ["title": name], name)
    let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;"
    #expect(element.source == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test("Elements without content close themselves only where HTML knows them to have none")
  func empty() {
    #expect(Markup("br", [:]).source == "<br/>")
    #expect(Markup("td", [:]).source == "<td></td>")
    #expect(Markup("td", ["hidden": "", "title": nil]).source == "<td hidden=\"\"></td>")
    #expect(Markup([Markup("a", [:]), Markup("&")]).source == "<a></a>&amp;")
  }
}
