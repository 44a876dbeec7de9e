"""The room where people decide: who may do what, who looks at what, what is shown. Knows no Panel."""
